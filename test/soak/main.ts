import { parseArgs } from "node:util";
import { churn } from "./churn.js";
import { scaled, script } from "./command.js";
import { flat } from "./flat.js";
import { flatSchemas } from "./flat-schemas.js";
import { handshake } from "./handshake.js";
import { heartbeat } from "./heartbeat.js";
import type { Part } from "./part.js";
import { runtimes } from "./runtimes.js";
import { schemas } from "./schemas.js";
import { topics } from "./topics.js";

/** Everything too long for every commit, in the order in which it runs. */
const parts: readonly Part[] = [
  handshake,
  heartbeat,
  churn,
  schemas,
  runtimes,
  topics,
  flat,
  flatSchemas,
  script("live", "100,000 mutants to a live server", (scale) => [
    "fuzz",
    "--",
    "--mutants",
    "0",
    "--live",
    scaled(100_000, scale),
  ]),
  script(
    "cuts",
    "1,000 cycles of servers that are killed and stopped, and of networks that cut, under clients",
    (scale) => ["cuts", "--", "--cycles", scaled(1000, scale)],
  ),
  script("sim", "50,000 days of the simulator", (scale) => ["sim", "--", "--seeds", scaled(50_000, scale)]),
  script("mutants", "5,000,000 mutants in memory", (scale) => [
    "fuzz",
    "--",
    "--mutants",
    scaled(5_000_000, scale),
    "--live",
    "0",
  ]),
];

const { values, positionals } = parseArgs({
  options: { scale: { type: "string" }, from: { type: "string" } },
  allowPositionals: true,
});
const scale = Number(values.scale ?? 1);
const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0 || !(scale > 0)) {
  const names = parts.map(({ name, about }) => `  ${name}: ${about}`).join("\n");
  console.error(
    `usage: npm run soak -- [PART …] [--scale S] [--from DIR], where S is 1 for all of it and PART one of\n${names}`,
  );
  process.exit(2);
}

for (const part of parts) {
  if (positionals.length === 0 || positionals.includes(part.name)) await soak(part);
}

async function soak(part: Part): Promise<void> {
  try {
    console.log(`ok      ${part.name}: ${await part.run(scale, values.from)}`);
  } catch (error) {
    console.log(`FAILED  ${part.name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
