import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NO_FAULTS } from "millrace/testing";
import { read, root } from "../support/sources.js";

const page = read("docs/testing.md");

/** The code block that follows the mention of a file's name. */
function snippet(text: string, file: string): string {
  const found = new RegExp(`\`${file}\`:\\n\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``).exec(text);
  if (!found) throw new Error(`there is no ${file}`);
  return found[1];
}

test("the test of docs/testing.md runs as it is printed there, and its process ends by itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-testing-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/millrace"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "hello.proto"), snippet(read("README.md"), "hello.proto"));
    writeFileSync(join(folder, "bad-day.ts"), snippet(page, "bad-day.ts"));
    const run = (...args: readonly string[]): string =>
      execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    run(join(root, "dist/codegen/main.js"), "gen", "hello.proto", "--out", "gen");
    const output = run(join(root, "node_modules/tsx/dist/cli.mjs"), "bad-day.ts");
    expect(output).toMatch(/^hello\.Greeter\/Greet: ok, 1 answer\n\d+ ms of virtual time\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test("the faults of docs/testing.md are those that there are", () => {
  const table = page.slice(page.indexOf("| fault |"), page.indexOf("Bytes of one way"));
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(Object.keys(NO_FAULTS));
});
