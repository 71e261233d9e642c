import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../codegen/generate.js";
import { folder } from "./folder.js";
import { millrace, start } from "./millrace.js";

const names = Array.from({ length: 200 }, (_, index) => `schema${index}.proto`);

/** Writes all schemas in one version, and gives what is generated for them. */
function version(root: string, field: string): Map<string, string> {
  for (const name of names)
    writeFileSync(join(root, name), `syntax = "proto3"; message ${name.slice(0, -6)} { int32 ${field} = 1; }`);
  const outputs = generate(
    names.map((name) => join(root, name)),
    [root],
  );
  return new Map(outputs.map(({ path, text }) => [path, text]));
}

describe("generating that is interrupted", () => {
  it("by SIGKILL leaves each file whole, old or new, and the next run finishes and tidies up", async () => {
    const root = folder({ "gen/own.txt": "" });
    const old = version(root, "old");
    expect(millrace(root, "gen", ...names, "--out", "gen").code).toBe(0);
    const now = version(root, "now");
    const watcher = watch(join(root, "gen"));
    const running = start(root, "gen", ...names, "--out", "gen");
    await once(watcher, "change");
    // On a busy machine it may be done before the signal comes.
    expect([null, 0]).toContain(await running.end("SIGKILL"));
    watcher.close();
    for (const [path, text] of now) {
      expect([old.get(path), text], path).toContain(readFileSync(join(root, "gen", path), "utf8"));
    }
    expect(millrace(root, "gen", ...names, "--out", "gen").code).toBe(0);
    for (const [path, text] of now) expect(readFileSync(join(root, "gen", path), "utf8")).toBe(text);
    expect(readdirSync(join(root, "gen")).sort()).toStrictEqual(["own.txt", ...now.keys()].sort());
  });

  it("leaves nothing for longer than until the next run, which touches nothing of one that still runs", () => {
    const root = folder({ "a.proto": 'syntax = "proto3"; message A {}', "gen/own.ts.1.tmp": "" });
    const { pid: dead } = spawnSync(process.execPath, ["--version"]);
    for (const pid of [dead, process.pid]) writeFileSync(join(root, `gen/a.ts.${pid}.tmp`), "half a file");
    expect(millrace(root, "gen", "a.proto", "--out", "gen").code).toBe(0);
    expect(readdirSync(join(root, "gen")).sort()).toStrictEqual(
      ["a.ts", `a.ts.${process.pid}.tmp`, "own.ts.1.tmp"].sort(),
    );
  });

  it("by a folder that cannot be written ends with 1 and one line", () => {
    const root = folder({ "a.proto": 'syntax = "proto3"; message A {}' });
    const { code, out, err } = millrace(root, "gen", "a.proto", "--out", "/dev/null/gen");
    expect({ code, out }).toStrictEqual({ code: 1, out: "" });
    expect(err).toMatch(/^millrace: cannot write below \/dev\/null\/gen: [^\n]+\n$/);
  });
});
