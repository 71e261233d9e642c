import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { read, root } from "../support/sources.js";

const page = read("docs/topics.md");

/** The code block that follows the mention of a file's name. */
function snippet(file: string): string {
  return new RegExp(`\`${file}\`:\\n\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``).exec(page)![1];
}

test("the publisher of docs/topics.md runs as it is printed there, and prints what is printed there", {
  timeout: 60_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-docs-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/millrace"));
    const text = snippet("wall.ts");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "wall.proto"), snippet("wall.proto"));
    writeFileSync(join(folder, "wall.ts"), text.replace("127.0.0.1:7005", "127.0.0.1:0"));
    execFileSync(process.execPath, [join(root, "dist/codegen/main.js"), "gen", "wall.proto", "--out", "gen"], {
      cwd: folder,
    });
    const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
    const output = execFileSync(process.execPath, [tsx, "wall.ts"], { cwd: folder, encoding: "utf8" });
    const printed = [...text.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, line]) => line);
    expect(printed).toHaveLength(2);
    expect(output.trim().split("\n")).toEqual(printed);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
