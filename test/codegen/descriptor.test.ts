import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDescriptors } from "../../codegen/descriptor/read.js";
import { generate } from "../../codegen/generate.js";
import { LoadError } from "../../codegen/load-error.js";
import { type Schema, SchemaError } from "../../codegen/model.js";
import { readProto, readTree } from "../../codegen/proto/read.js";
import { folder } from "./folder.js";
import { buf, googleSchemas, project, protoc } from "./tools.js";

const schemas = join(project, "schemas");
const names = readdirSync(schemas).filter((name) => name.endsWith(".proto"));

type Maker = (root: string, files: readonly string[], out: string) => void;

/** What makes sets of descriptors. */
const MAKERS: readonly (readonly [string, Maker])[] = [
  [
    "protoc",
    (root, files, out) =>
      protoc("-I", root, "--include_imports", "--include_source_info", `--descriptor_set_out=${out}`, ...files),
  ],
  ["buf", (root, _, out) => buf(root, "build", "-o", out)],
];

function textsOf(files: readonly string[], roots: readonly string[] = []): object {
  return Object.fromEntries(generate(files, roots).map(({ path, text }) => [path, text]));
}

describe.each(MAKERS)("a set of descriptors from %s", (_, make) => {
  it("gives the same files as the schemas that it was made of, comments included", () => {
    const root = folder({});
    cpSync(join(schemas, "millrace"), join(root, "millrace"), { recursive: true });
    for (const name of names) cpSync(join(schemas, name), join(root, name));
    const set = join(root, "set.binpb");
    make(root, names, set);
    const paths = names.map((name) => join(schemas, name));
    expect(textsOf([set])).toStrictEqual(textsOf(paths, [schemas]));
  });

  it("gives the same models as the text of the schemas that come with protoc", () => {
    const files = readdirSync(join(googleSchemas, "google"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".proto"))
      .map((name) => `google/${name.replaceAll("\\", "/")}`);
    const root = folder({});
    cpSync(googleSchemas, root, { recursive: true });
    compareModels(root, files, make);
    expect(files.length).toBeGreaterThan(10);
  });

  it("gives the same models and files as text where a schema uses all of its language", () => {
    const root = folder(WHOLE);
    compareModels(root, Object.keys(WHOLE), make);
    const paths = Object.keys(WHOLE).map((name) => join(root, name));
    expect(textsOf([join(root, "set.binpb")])).toStrictEqual(textsOf(paths, [root]));
  });

  it("gives the same files as text for numbers that are written in other ways", () => {
    const root = folder({
      "a.proto": `syntax = "proto2"; message M {
        optional int32 a = 0x1F [default = 0x10]; optional double d = 017 [default = 1e3]; optional float f = 1 [default = .5];
        optional uint64 u = 2 [default = 0xffffffffffffffff]; optional sint32 s = 3 [default = -0x7f];
        optional string t = 4 [default = "\\x41\\101" "b"]; optional bytes y = 5 [default = "\\xff"]; }`,
    });
    make(root, ["a.proto"], join(root, "set.binpb"));
    expect(textsOf([join(root, "set.binpb")])).toStrictEqual(textsOf([join(root, "a.proto")]));
  });
});

function compareModels(root: string, files: readonly string[], make: Maker): void {
  const set = join(root, "set.binpb");
  make(root, files, set);
  const trees = readDescriptors(readFileSync(set), set);
  for (const file of files) {
    const tree = trees.get(file);
    if (tree === undefined) throw new Error(`${file} is not in the set`);
    const theirs = readTree(tree, file);
    expect(plain(theirs), file).toStrictEqual(plain(readProto(readFileSync(join(root, file), "utf8"), file, file)));
  }
}

/** A model without what a descriptor says otherwise: places of the parts of options, full names, custom options. */
function plain(schema: Schema): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => plainValue(key, value)));
}

function plainValue(key: string, value: unknown): unknown {
  if (["options", "at", "packageAt", "local"].includes(key)) return undefined;
  if (key === "name" && typeof value === "string") return value.replace(/.*\./, "");
  return typeof value === "bigint" ? String(value) : value;
}

const WHOLE = {
  "old.proto": `// Of the syntax.
syntax = "proto2";
package p.q;
// Above M.
message M {
  // Behind M, because a blank line follows.

  // Above a.
  optional int32 a = 1 [default = -16, deprecated = true, json_name = "b\\"c"]; // Behind a.
  map<string, M> m = 2;
  map<string, .p.q.M> n = 3;
  repeated group G = 4 { optional M x = 1; }
  oneof o { q.M y = 5; string s = 6 [default = "\\001\\"a"]; bytes b = 8 [default = "\\001\\"\\377a'"]; }
  optional float f = 9 [default = inf];
  optional E e = 10 [default = B];
  required bool r = 11 [default = true];
  extensions 100 to 199, 500 to max;
  reserved 20, 30 to 40;
  reserved "foo";
  enum E { A = 0; B = -5; reserved 3 to 5, 100 to max; reserved "Z"; }
  extend M { optional E x = 100; }
  // Ends M.
}
/**
 * Of a service.
 *
 *   Indented.
 */
service S { rpc X(stream M) returns (.p.q.M) { option deprecated = true; } }
`,
  "third.proto": `syntax = "proto3";
import "google/protobuf/descriptor.proto";
import public "old.proto";
extend google.protobuf.FieldOptions { optional int32 foo = 50000; }
message M {
  optional int32 a = 1 [(foo) = 3];
  oneof o { int32 b = 2; M m = 3; }
  repeated int32 r = 5 [packed = false];
  int64 n = 6 [jstype = JS_NUMBER];
}
`,
  "edition.proto": `edition = "2023";
package e;
message M {
  int32 a = 1 [features.field_presence = IMPLICIT];
  int32 r = 2 [features.field_presence = LEGACY_REQUIRED];
  M d = 3 [features.message_encoding = DELIMITED];
  repeated int32 p = 4 [features.repeated_field_encoding = EXPANDED];
  reserved foo, bar;
  oneof x { int32 o = 5; string s = 6; }
  enum E { option features.enum_type = CLOSED; A = 1; reserved Q; }
  extensions 100 to 200 [verification = UNVERIFIED];
}
extend M { repeated string x = 100; }
`,
  "new.proto": `edition = "2024";
package n;
export message M { local message N {} export enum E { E_A = 0; } N n = 1; }
`,
};

const SMALL = `syntax = "proto3";
package small;
message Abcdefgh { Abcdefgh inner = 1; oneof choice { string text = 2; } map<string, Kind> kinds = 3; reserved 9; }
enum Kind { NONE = 0; }
service Caller { rpc Calling(Abcdefgh) returns (stream Abcdefgh); }
`;

/** The bytes of a set with the one file `schema12.proto`, after each text of `changes` is another of the same length. */
function setOf(changes: Readonly<Record<string, string>> = {}, ...more: readonly string[]): Buffer {
  const root = folder({ "schema12.proto": SMALL });
  const set = join(root, "set.binpb");
  protoc("-I", root, "--include_imports", ...more, `--descriptor_set_out=${set}`, "schema12.proto");
  let text = readFileSync(set, "latin1");
  for (const [from, to] of Object.entries(changes)) {
    expect(from).toHaveLength(to.length);
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  return Buffer.from(text, "latin1");
}

/** What is wrong with a set of descriptors. */
function problem(set: Uint8Array): string {
  const root = folder();
  const file = join(root, "set.binpb");
  writeFileSync(file, set);
  try {
    generate([file], []);
  } catch (error) {
    if (!(error instanceof SchemaError || error instanceof LoadError)) throw error;
    return error.message.replaceAll(`${root}/`, "");
  }
  return "nothing";
}

describe("a set of descriptors is refused", () => {
  it.each([
    ["for a message's name that would be code", { Abcdefgh: "A{}evil(" }, '"A{}evil(" cannot be a name'],
    ["for a field's name that would be code", { inner: "a=b()" }, '"a=b()" cannot be a name'],
    ["for a oneof's name that would be code", { choice: "a;b();" }, '"a;b();" cannot be a name'],
    ["for a value's name that would be code", { NONE: "a,b=" }, '"a,b=" cannot be a name'],
    ["for a service's name that would be code", { Caller: '";a("b' }, "cannot be a name"],
    ["for a method's name that would be code", { Calling: 'a";b();' }, "cannot be a name"],
    ["for a package that would be code", { small: 'a";b"' }, "cannot be a name"],
    ["for a package that starts from the top", { small: ".smal" }, "a package has names with dots between them"],
    ["for a path out of the output folder", { "schema12.proto": "../../x2.proto" }, "whose path is not plain"],
    ["for an absolute path", { "schema12.proto": "/abs/dir.proto" }, "whose path is not plain"],
    ["for a path that is one of Windows", { "schema12.proto": "C:\\rootx.proto" }, "whose path is not plain"],
    ["for a path that would end a comment's line", { "schema12.proto": "a\nevil()/.prot" }, "whose path is not plain"],
    ["for a path that would end a string", { "schema12.proto": 'a";evil()//.pr' }, "whose path is not plain"],
    ["for text that is not UTF-8", { small: "smal\xff" }, "is not a whole FileDescriptorSet: a string is not UTF-8"],
    ["for a syntax that is not known", { proto3: "proto9" }, 'neither syntax "proto9" nor an edition 0 is known'],
  ])("%s", (_, changes, expected) => {
    expect(problem(setOf(changes))).toContain(expected);
  });

  it("at the place that its source info names", () => {
    const set = setOf({ "\x0a\x05inner": "\x0a\x05inn-r" }, "--include_source_info");
    expect(problem(set)).toBe('schema12.proto:3:29: "inn-r" cannot be a name');
  });

  it("when it is empty, when it is text, and when an import is missing", () => {
    expect(problem(new Uint8Array(0))).toBe("set.binpb holds no files");
    expect(problem(new TextEncoder().encode('syntax = "proto3";'))).toContain("is not a whole FileDescriptorSet");
    const root = folder({ "a.proto": 'syntax = "proto3"; import "b.proto";', "b.proto": 'syntax = "proto3";' });
    protoc("-I", root, `--descriptor_set_out=${join(root, "set.pb")}`, "a.proto");
    expect(problem(readFileSync(join(root, "set.pb")))).toContain('a.proto:1:1: import "b.proto" is not in set.binpb');
  });

  it("when it holds a file twice, and when files import one another", () => {
    expect(problem(Buffer.concat([setOf(), setOf()]))).toBe("set.binpb holds two files schema12.proto");
    const text = 'syntax = "proto3"; import "';
    const root = folder({
      "a.proto": `${text}b.proto";`,
      "b.proto": `${text}c.proto";`,
      "c.proto": 'syntax = "proto3";',
    });
    const set = join(root, "set.pb");
    protoc("-I", root, "--include_imports", `--descriptor_set_out=${set}`, "a.proto");
    // b.proto now imports a.proto, and nothing needs c.proto.
    const cyclic = readFileSync(set, "latin1").replace("b.proto\x1a\x07c", "b.proto\x1a\x07a");
    expect(problem(Buffer.from(cyclic, "latin1"))).toContain("import cycle: ");
  });

  it("wherever it is cut off, and however its bytes are changed, in words", () => {
    const set = setOf({}, "--include_source_info");
    for (let length = 0; length < set.length; length++) expect(problem(set.subarray(0, length))).not.toBe("nothing");
    const change = fc.record({ at: fc.nat(set.length - 1), byte: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = Uint8Array.from(set);
        for (const { at, byte } of changes) bytes[at] = byte;
        expect(() => problem(bytes)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it("for messages that nest without end, quickly", () => {
    let message = Uint8Array.of(0x0a, 1, 0x41);
    for (let depth = 0; depth < 3000; depth++)
      message = Buffer.concat([Uint8Array.of(0x0a, 1, 0x41), field(3, message)]);
    const file = Buffer.concat([field(1, Buffer.from("a.proto")), field(4, message), field(12, Buffer.from("proto3"))]);
    expect(problem(field(1, file))).toContain("messages nest deeper than 31");
  });
});

/** A field of bytes in the binary format. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  const size = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    size.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Uint8Array.of(number * 8 + 2, ...size), bytes]);
}

describe("a set of descriptors without source info", () => {
  it("gives the same code, without comments", () => {
    const root = folder({ "a.proto": SMALL, "set.binpb": "" });
    writeFileSync(join(root, "schema12.proto"), SMALL);
    writeFileSync(join(root, "set.binpb"), setOf());
    const set = textsOf([join(root, "set.binpb")]);
    expect(set).toStrictEqual(textsOf([join(root, "schema12.proto")]));
  });
});
