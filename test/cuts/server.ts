import { openSync, writeSync } from "node:fs";
import { Entry, Ledger } from "../../schemas/gen/ledger.js";
import { MillraceError } from "../../src/index.js";
import { createRuntime, listen, type ListenOptions, type Server } from "../../src/node/index.js";
import { sleep } from "../support/clock-at.js";
import { FAST_LIMITS, fastClock } from "./fast-clock.js";
import { ledgerHandlers } from "../ledger/handlers.js";
import type { Left, Order } from "./server-process.js";

// A server in a process of its own, to be killed. What it runs it writes to a file, which outlives it.
const [path, options] = process.argv.slice(2);
const file = openSync(path, "a");
const write = (line: string): void => void writeSync(file, `${line}\n`);
const runtime = createRuntime({ clock: fastClock, report: () => {} });
const server = await listening({ ...(JSON.parse(options) as ListenOptions), limits: FAST_LIMITS, runtime });
server.serve(Ledger, ledgerHandlers(runtime.clock, write));
server.on(Entry, ({ id }) => write(`message ${id}`));

/** Listens, also where the process that was there before is only about to be gone. */
async function listening(at: ListenOptions): Promise<Server> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await listen(at);
    } catch (error) {
      if (attempts === 100 || !(error instanceof MillraceError) || error.code !== "unavailable") throw error;
      await sleep(fastClock, 500);
    }
  }
}

/** Ends all that was begun, says what is left, and lets go of the parent: nothing keeps this process alive then. */
async function finish(): Promise<void> {
  await server.close();
  // A socket that was cut off is gone when the system has closed it, in this turn of the loop or the next.
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
  const resources = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate/.test(name));
  const left: Left = { slabs: runtime.slabs.leased, links: server.links.size + server.handshaking.size, resources };
  process.send!(left, () => process.disconnect());
}

process.on("message", (order: Order) => {
  if (order === "finish") void finish();
  else void server.drain(order.drain).then(finish);
});
process.send!(server.urls);
