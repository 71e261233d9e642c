import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder } from "./folder.js";
import { millrace } from "./millrace.js";
import { buf, protoc } from "./tools.js";

const OLD = `syntax = "proto3";
package p;
message A {
  int32 a = 1;
  string b = 2;
  reserved 5;
}
`;
const NOW = `syntax = "proto3";
package p;
message A {
  string a = 1;
  int64 c = 5;
}
`;
const WIRE = [
  "a.proto:3:9: [wire] RESERVED_MESSAGE_NO_DELETE: number 5 is reserved no more",
  "a.proto:3:9: [wire] FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED: field b (2) of p.A is gone, and its number not reserved",
  "a.proto:4:10: [wire] FIELD_WIRE_COMPATIBLE_TYPE: field a (1) of p.A was int32, whose bytes are no string",
];
const SOURCE = [
  "a.proto:3:9: [source] FIELD_NO_DELETE: field b (2) of p.A is gone",
  "a.proto:4:10: [source] FIELD_SAME_TYPE: field a (1) of p.A was int32 and is string",
];

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

describe("millrace check", () => {
  it("is silent about schemas that are right, and writes nothing", () => {
    const root = folder({ "a.proto": OLD });
    expect(millrace(root, "check", "a.proto")).toStrictEqual({ code: 0, out: "", err: "" });
  });

  it("says what is wrong with a schema as millrace gen does", () => {
    const root = folder({ "in/a.proto": OLD, "in/sub/b.proto": 'syntax = "proto3"; message B { C c = 1; }' });
    expect(millrace(root, "check", "in")).toStrictEqual({
      code: 1,
      out: "",
      err: "in/sub/b.proto:1:32: C is neither declared here nor in a file imported here\n",
    });
  });

  it("says what broke since an older version, on the wire and in source, and ends with 1", () => {
    const root = folder({ "a.proto": NOW, "old/a.proto": OLD });
    const { code, out, err } = millrace(root, "check", "a.proto", "--against", "old");
    expect({ code, err }).toStrictEqual({ code: 1, err: "" });
    expect(lines(out).sort()).toStrictEqual([...WIRE, ...SOURCE].sort());
  });

  it("leaves out what one does not ask for", () => {
    const root = folder({ "a.proto": NOW, "old/a.proto": OLD, "same/a.proto": NOW.replace("string a", "bytes a") });
    const wire = millrace(root, "check", "a.proto", "--against", "old", "--wire");
    expect(lines(wire.out).sort()).toStrictEqual([...WIRE].sort());
    const source = millrace(root, "check", "a.proto", "--against", "old", "--source");
    expect(lines(source.out).sort()).toStrictEqual([...SOURCE].sort());
    const other = ["check", "same/a.proto", "--against", "a.proto"];
    expect(millrace(root, ...other, "--wire")).toStrictEqual({ code: 0, out: "", err: "" });
    expect(millrace(root, ...other).code).toBe(1);
  });

  it("takes as the older version files with -I, a folder, and what protoc or buf made", () => {
    const sub = 'syntax = "proto3"; package q; import "a.proto"; message B { p.A a = 1; }';
    const root = folder({
      "old/buf.yaml": "version: v2\n",
      "old/a.proto": OLD,
      "old/sub/b.proto": sub,
      "now/a.proto": NOW,
      "now/sub/b.proto": sub,
    });
    protoc("-I", join(root, "old"), "--include_imports", `--descriptor_set_out=${join(root, "old.pb")}`, "sub/b.proto");
    buf(join(root, "old"), "build", "-o", "../old.binpb");
    const expected = [...WIRE, ...SOURCE].map((line) => `now/${line}`).sort();
    for (const against of [
      ["--against", "old"],
      ["--against", "old/sub/b.proto", "--against-include", "old"],
      ["--against", "old.pb"],
      ["--against", "old.binpb"],
    ]) {
      const { code, out } = millrace(root, "check", "now", ...against);
      expect({ code, lines: lines(out).sort() }, against.join(" ")).toStrictEqual({ code: 1, lines: expected });
      expect(millrace(root, "check", "old", ...against)).toStrictEqual({ code: 0, out: "", err: "" });
    }
  });

  it("names files that are gone, and what stood in a folder", () => {
    const root = folder({ "old/a.proto": OLD, "old/sub/b.proto": 'syntax = "proto3";', "now/a.proto": OLD });
    expect(millrace(root, "check", "now", "--against", "old")).toStrictEqual({
      code: 1,
      out: "sub/b.proto:1:1: [source] FILE_NO_DELETE: file sub/b.proto is gone\n",
      err: "",
    });
  });

  it.each([
    [["check"], 2, "millrace: no schema given; see millrace --help\n"],
    [["check", "a.proto", "--wire"], 2, "millrace: --against-include, --wire and --source go with --against OLD"],
    [["check", "a.proto", "--against", "missing"], 1, "millrace: missing: no such schema\n"],
    [["check", "empty"], 1, "millrace: there is no schema in empty\n"],
  ])("refuses %j in one line", (args, code, problem) => {
    const root = folder({ "a.proto": OLD, "empty/x.txt": "" });
    const result = millrace(root, ...args);
    expect(result).toMatchObject({ code, out: "", err: expect.stringContaining(problem) });
    expect(lines(result.err)).toHaveLength(1);
  });
});
