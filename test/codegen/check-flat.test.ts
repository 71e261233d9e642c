import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bfbs } from "./fbs/flatc.js";
import { folder } from "./folder.js";
import { millrace, start } from "./millrace.js";

const OLD = `namespace p;
table A {
  a:int;
  b:string;
  c:int = 5;
}
root_type A;
`;
const NOW = `namespace p;
table A {
  a:float;
  b:string (deprecated);
}
root_type A;
`;
const WIRE = [
  "a.fbs:2:7: [wire] SLOT_NO_DELETE: field c (2) of p.A is gone instead of deprecated: another field can take its slot",
  "a.fbs:3:3: [wire] FIELD_WIRE_COMPATIBLE_TYPE: field a (0) of p.A was int32, whose bytes are no float32",
];
const SOURCE = [
  "a.fbs:2:7: [source] FIELD_NO_DELETE: field c (2) of p.A is gone",
  "a.fbs:3:3: [source] FIELD_SAME_TYPE: field a (0) of p.A was int32 and is float32",
  "a.fbs:4:3: [source] FIELD_NO_DELETE: field b (1) of p.A is deprecated: code has it no more",
];
const FINE = { code: 0, out: "", err: "" };

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe("millrace check with FlatBuffers", () => {
  it("is silent about schemas that are right, and finds them in folders beside others", () => {
    const root = folder({ "in/a.fbs": OLD, "in/sub/b.proto": 'syntax = "proto3"; message B {}' });
    expect(millrace(root, "check", "in")).toStrictEqual(FINE);
    writeFileSync(join(root, "in/sub/c.fbs"), "table C { d:D; }");
    const err = "in/sub/c.fbs:1:13: D is neither declared here nor in a file included here\n";
    expect(millrace(root, "check", "in")).toStrictEqual({ code: 1, out: "", err });
  });

  it("refuses, as gen does, schemas of which two would become one file", () => {
    const root = folder({ "a.fbs": "table A { a:int; }", "a.proto": 'syntax = "proto3"; message B {}' });
    const err = "millrace: two schemas would be generated into a.ts: rename one of them\n";
    for (const command of [["check"], ["gen", "--out", "gen"]]) {
      expect(millrace(root, ...command, "a.fbs", "a.proto")).toStrictEqual({ code: 1, out: "", err });
    }
  });

  it("says what broke since an older version, on the wire and in source, and ends with 1", () => {
    const root = folder({ "a.fbs": NOW, "old/a.fbs": OLD });
    const both = millrace(root, "check", "a.fbs", "--against", "old");
    expect({ ...both, out: lines(both.out).sort() }).toStrictEqual({
      code: 1,
      err: "",
      out: [...WIRE, ...SOURCE].sort(),
    });
    const wire = millrace(root, "check", "a.fbs", "--against", "old/a.fbs", "--wire");
    expect(lines(wire.out)).toStrictEqual(WIRE);
    const source = millrace(root, "check", "a.fbs", "--against", "old/a.fbs", "--source");
    expect(lines(source.out)).toStrictEqual(SOURCE);
  });

  it("takes as the older version what flatc made of it", async () => {
    const root = folder({ "a.fbs": NOW, "same/a.fbs": OLD });
    writeFileSync(join(root, "a.bfbs"), await bfbs(OLD));
    const { code, out } = millrace(root, "check", "a.fbs", "--against", "a.bfbs");
    expect({ code, out: lines(out).sort() }).toStrictEqual({ code: 1, out: [...WIRE, ...SOURCE].sort() });
    expect(millrace(root, "check", "same/a.fbs", "--against", "a.bfbs")).toStrictEqual(FINE);
    expect(millrace(root, "check", "a.bfbs", "--against", "same/a.fbs")).toStrictEqual(FINE);
  });

  it("says which files are gone and which types have moved, with what includes them", () => {
    const root = folder({
      "now/a.fbs": "table A { a:int; } table B { a:int; }",
      "old/a.fbs": 'include "sub/b.fbs"; table A { a:int; }',
      "old/sub/b.fbs": "table B { a:int; }",
    });
    expect(lines(millrace(root, "check", "now", "--against", "old").out)).toStrictEqual([
      "now/a.fbs:1:26: [source] TYPE_SAME_FILE: table B was in sub/b.fbs and is in a.fbs",
      "sub/b.fbs:1:1: [source] FILE_NO_DELETE: file sub/b.fbs is gone",
    ]);
  });
});

describe("millrace gen with FlatBuffers", () => {
  it("says with --check what is stale, missing or left over", () => {
    const root = folder({ "a.fbs": 'include "b.fbs"; table A { b:B; }', "b.fbs": "table B { a:int; }" });
    const check = ["gen", "a.fbs", "--out", "gen", "--check"];
    expect(millrace(root, ...check).err).toContain("gen/a.ts is missing");
    expect(millrace(root, "gen", "a.fbs", "--out", "gen").code).toBe(0);
    expect(millrace(root, ...check)).toStrictEqual(FINE);
    writeFileSync(join(root, "b.fbs"), "table B { b:int; }");
    expect(millrace(root, ...check).err).toContain("gen/b.ts is stale");
    writeFileSync(join(root, "a.fbs"), "table A { a:int; }");
    expect(millrace(root, ...check).err).toContain("gen/b.ts is left over");
  });

  it("generates again with --watch when a schema or what it includes changes, and goes on after mistakes", async () => {
    const root = folder({ "a.fbs": 'include "sub/b.fbs"; table A { b:B; }', "sub/b.fbs": "table B { a:int; }" });
    const running = start(root, "gen", "a.fbs", "--out", "gen", "--watch");
    const watching = /up to date after \d+ ms; watching\n$/;
    expect(await running.until(watching)).toMatch(/^ {2}gen\/sub\/b\.ts\n {2}gen\/a\.ts\nup to date/);
    writeFileSync(join(root, "sub/b.fbs"), "table B { a int; }");
    expect(await running.until(/not up to date; watching\n$/)).toContain("sub/b.fbs:1:13: ");
    writeFileSync(join(root, "sub/b.fbs"), "table B { later:int; }");
    expect(await running.until(watching)).toMatch(/^sub\/b\.fbs changed\n {2}gen\/sub\/b\.ts\nup to date/);
    expect(readFileSync(join(root, "gen/sub/b.ts"), "utf8")).toContain("readonly later: number");
    expect(await running.end("SIGTERM")).toBe(0);
  });
});
