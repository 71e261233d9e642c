import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { read, root } from "../support/sources.js";

/** The code block that follows the mention of a file's name. */
function snippet(page: string, file: string): string {
  const found = new RegExp(`\`${file}\`:\\n\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``).exec(read(page));
  if (!found) throw new Error(`${page} has no ${file}`);
  return found[1];
}

test("the link of docs/client.md lives through a restart as it is printed there, and its process ends by itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-client-page-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/millrace"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "hello.proto"), snippet("README.md", "hello.proto"));
    writeFileSync(join(folder, "lasting.ts"), snippet("docs/client.md", "lasting.ts"));
    const run = (...args: readonly string[]): string =>
      execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    run(join(root, "dist/codegen/main.js"), "gen", "hello.proto", "--out", "gen");
    const lines = run(join(root, "node_modules/tsx/dist/cli.mjs"), "lasting.ts").trim().split("\n");
    expect(lines[0]).toBe("Hello, Ada!");
    expect(lines).toContain("unavailable");
    expect(lines.slice(-4)).toEqual(["connecting ", "open ", "Hello, Bob!", "closed unavailable"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
