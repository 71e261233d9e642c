import { describe, expect, it } from "vitest";
import { check } from "../../codegen/check.js";
import { link } from "../../codegen/link.js";
import { allMessages, type Field, type Schema } from "../../codegen/model.js";
import { readProto } from "../../codegen/proto/read.js";
import { hasProtoc } from "../support/protoc.js";
import { folder } from "./folder.js";
import { type Case, disputed, judge } from "./verdict.js";

/** Schemas that import one another, read in all of the language. */
function read(...sources: readonly string[]): Schema[] {
  const schemas = sources.map((source, i) => readProto(source, `${"abc"[i]}.proto`, `${"abc"[i]}.proto`));
  link(schemas);
  check(schemas);
  return schemas;
}

/** All schemas that are judged below. */
const asked: Case[] = [];

function problem(...sources: readonly string[]): string {
  asked.push(caseOf(sources));
  try {
    read(...sources);
  } catch (error) {
    return String(error).replace("Error: ", "");
  }
  return "nothing";
}

function fieldOf(source: string, name: string): Field {
  const field = read(source)
    .flatMap(allMessages)
    .flatMap(({ fields }) => fields)
    .find((found) => found.name === name);
  if (field === undefined) throw new Error(`no field ${name}`);
  return field;
}

/** The last of the sources imports the others, or they import one another. */
function caseOf(sources: readonly string[]): Case {
  const files = sources.map((source, i): [string, string] => [`${"abc"[i]}.proto`, source]);
  return { name: sources.join(" … "), files: new Map(files), judged: files.map(([path]) => path) };
}

const PROTO2 = 'syntax = "proto2";\n';
const PROTO3 = 'syntax = "proto3";\n';
const E2023 = 'edition = "2023";\n';
const E2024 = 'edition = "2024";\n';

describe("a statement that cannot be read is refused at the token that is wrong", () => {
  it.each([
    [
      "an unknown statement",
      "mesage A {}",
      "2:1: illegal 'mesage': expected a message, an enum, a service or another statement",
    ],
    ["a message without a name", "message {}", "2:9: illegal '{': expected the name of a message"],
    ["a field without a type", "message A { = 1; }", "2:13: illegal '=': expected the type of a field"],
    ["a field without a semicolon", "message A { int32 a = 1 }", "2:25: illegal '}': expected ';'"],
    ["a file that ends in a message", "message A {\n  int32 a = 1;\n", "4:1: the file ends: expected '}'"],
    ["a file that ends in a oneof", "message A { oneof a {", "2:22: the file ends: expected '}'"],
    [
      "an empty statement in a oneof",
      "message A { oneof a { int32 b = 1;; } }",
      "2:35: illegal ';': expected the type of a field",
    ],
    ["an octal number with an 8", "message A { int32 a = 08; }", "2:23: 08 is not a number"],
    ["a number that runs into a name", "message A { int32 a = 1x; }", "2:23: 1x is not a number"],
    ["a fraction as a field number", "message A { int32 a = 1.5; }", "2:23: 1.5 is not a number for a"],
    ["a letter that is no ASCII", "message Ä {}", '2:9: illegal character "Ä"'],
    ["a control character", "message A {}\u0000", '2:13: illegal character "\\u0000"'],
    ["a comment that does not end", "/* message A {}", "2:1: a comment that does not end"],
    ["a string over two lines", 'option go_package = "a\nb";', "2:21: a string that does not end"],
    ["an unknown escape", String.raw`option go_package = "\q";`, String.raw`2:21: \q is not an escape sequence`],
    [
      "an octal escape that is no byte",
      String.raw`option go_package = "\777";`,
      String.raw`2:21: \777 is not an escape sequence`,
    ],
    [
      "a code point that is none",
      String.raw`option go_package = "\U00110000";`,
      String.raw`2:21: \U00110000 is not an escape sequence`,
    ],
    ["an option without a value", "option deprecated;", "2:18: illegal ';': expected '='"],
    ["an aggregate that does not end", "option (a) = { b: 1", "2:20: the file ends: expected '}'"],
    ["an aggregate without a colon", "option (a) = { b 1 }", "2:18: illegal '1': expected ':'"],
    [
      "an aggregate of great depth",
      `option (a) = ${"{ b ".repeat(200)}`,
      "2:414: the value of an option nests deeper than 99",
    ],
    ["a list in a list", `option (a) = { b: ${"[".repeat(200)}`, "2:20: illegal '[': expected a value"],
    ["a minus before a name", "option (a) = -b;", "2:15: illegal 'b': expected a number"],
    ["a method without brackets", "service S { rpc M A; }", "2:19: illegal 'A': expected '('"],
    [
      "a group with a small letter",
      "message A { optional group b = 1 {} }",
      "2:28: the name of group b must start with a capital",
    ],
    ["an extend without fields", "extend A {}", "2:11: illegal '}': expected the type of a field"],
    ["a reserved name that is none", 'message A { reserved "a b"; }', '2:22: "a b" cannot be a name'],
    ["names and numbers in one reserved", 'message A { reserved 1, "a"; }', '2:25: "a" is not a number for a range'],
    ["a value called option", "enum E { option = 0; }", "2:17: illegal '=': expected the name of an option"],
    ["an import without quotes", "import a;", "2:8: illegal 'a': expected the path of a file"],
    ["a package from the top", "package .a;", "2:9: illegal '.': expected the name of a package"],
  ])("%s", (_, source, expected) => {
    expect(problem(PROTO3 + source)).toBe(`a.proto:${expected}`);
  });

  it("a package of more parts than protoc takes", () => {
    expect(problem(`${PROTO3}package a${".a".repeat(100)};`)).toBe("nothing");
    expect(problem(`${PROTO3}package a${".a".repeat(101)};`)).toBe("a.proto:2:9: a package has no more than 101 parts");
  });

  it("a syntax or an edition that is not known", () => {
    expect(problem('syntax = "proto4";')).toBe(
      'a.proto:1:10: syntax "proto4" is not known: it is "proto2" or "proto3"',
    );
    expect(problem('edition = "2025";')).toBe('a.proto:1:11: edition "2025" is not known: it is "2023" or "2024"');
    expect(problem("syntax = proto3;")).toBe("a.proto:1:10: illegal 'proto3': expected the syntax");
  });
});

describe("what protoc refuses is refused", () => {
  it.each([
    ["proto3 with a group", PROTO3, "message A { optional group B = 1 {} }", "2:22: groups are proto2"],
    ["proto3 with a required field", PROTO3, "message A { required int32 a = 1; }", "2:13: required is proto2"],
    ["proto3 with extension ranges", PROTO3, "message A { extensions 1; }", "2:13: proto3 has no extension ranges"],
    [
      "proto3 that extends a message",
      PROTO3,
      "message A {} extend A { int32 a = 1; }",
      "2:21: proto3 extends only the options of Protocol Buffers",
    ],
    [
      "proto3 with a feature",
      PROTO3,
      "option features.field_presence = IMPLICIT;",
      "2:17: features are set in editions only",
    ],
    ["proto3 with a reserved identifier", PROTO3, "message A { reserved a; }", '2:22: in proto3, write "a"'],
    [
      "proto2 without a label",
      PROTO2,
      "message A { int32 a = 1; }",
      "2:13: in proto2, a field starts with optional, repeated or required",
    ],
    [
      "an edition with a group",
      E2023,
      "message A { repeated group B = 1 {} }",
      "2:22: groups are proto2: use features.message_encoding = DELIMITED",
    ],
    [
      "an edition with optional",
      E2023,
      "message A { optional int32 a = 1; }",
      "2:13: optional is not a word of editions: fields are optional unless told otherwise",
    ],
    [
      "an edition with packed",
      E2023,
      "message A { repeated int32 a = 1 [packed = true]; }",
      "2:35: in editions, packed is features.repeated_field_encoding",
    ],
    [
      "an edition with a quoted reserved name",
      E2023,
      'message A { reserved "a"; }',
      "2:22: in editions, write a without quotes",
    ],
    ["export before edition 2024", E2023, "export message A {}", "2:1: export came with edition 2024"],
    [
      "import option before edition 2024",
      E2023,
      'import option "b.proto";',
      "2:8: import option came with edition 2024",
    ],
    ["import weak in edition 2024", E2024, 'import weak "b.proto";', "2:8: import weak left with edition 2024"],
    ["a file imported twice", PROTO2, 'import "b.proto"; import "b.proto";', '2:26: import "b.proto" is there twice'],
    ["an unknown feature", E2023, "option features.x = Y;", "2:17: there is no feature x"],
    [
      "a feature in the wrong place",
      E2023,
      "message A { option features.enum_type = OPEN; }",
      "2:29: enum_type is not set in a message",
    ],
    [
      "a feature of a later edition",
      E2023,
      "option features.enforce_naming_style = STYLE2024;",
      "2:17: enforce_naming_style came with edition 2024",
    ],
    [
      "a feature with a wrong value",
      E2023,
      "option features = { enum_type: OPENED };",
      "2:32: enum_type is one of OPEN, CLOSED",
    ],
    [
      "packing a single field",
      E2023,
      "message A { int32 a = 1 [features.repeated_field_encoding = PACKED]; }",
      "2:35: repeated_field_encoding is for repeated fields",
    ],
    [
      "presence of a list",
      E2023,
      "message A { repeated int32 a = 1 [features.field_presence = EXPLICIT]; }",
      "2:44: a repeated field has no presence",
    ],
    [
      "presence of a oneof",
      E2023,
      "message A { oneof o { int32 a = 1 [features.field_presence = IMPLICIT]; } }",
      "2:45: a field of a oneof is always explicit",
    ],
    [
      "implicit presence of a message",
      E2023,
      "message A { A a = 1 [features.field_presence = IMPLICIT]; }",
      "2:31: field_presence cannot be so for messages",
    ],
    [
      "UTF-8 of a number",
      E2023,
      "message A { int32 a = 1 [features.utf8_validation = NONE]; }",
      "2:35: utf8_validation is for strings",
    ],
    [
      "a delimited number",
      E2023,
      "message A { int32 a = 1 [features.message_encoding = DELIMITED]; }",
      "2:35: message_encoding is for messages",
    ],
    [
      "a delimited enum",
      E2023,
      "enum E { Z = 0; } message A { E a = 1 [features.message_encoding = DELIMITED]; }",
      "2:49: message_encoding is for messages",
    ],
    [
      "a closed enum without presence",
      E2023,
      "enum E { option features.enum_type = CLOSED; Z = 0; } message A { E a = 1 [features.field_presence = IMPLICIT]; }",
      "2:67: enum E is closed: a field without presence takes an open one",
    ],
    [
      "a default without presence",
      E2023,
      "message A { int32 a = 1 [default = 1, features.field_presence = IMPLICIT]; }",
      "2:26: a field without presence has no default value",
    ],
    [
      "an option set twice",
      PROTO2,
      'option java_package = "a"; option java_package = "b";',
      "2:35: option java_package is set twice",
    ],
    [
      "an option of a message that is none",
      PROTO2,
      "message A { option deprecate = true; }",
      "2:20: messages have no option deprecate",
    ],
    [
      "an option of an enum value that is none",
      PROTO2,
      "enum E { Z = 0 [packed = true]; }",
      "2:17: enum values have no option packed",
    ],
    [
      "map_entry",
      PROTO2,
      "message A { option map_entry = true; }",
      "2:20: write map<…> instead of the option map_entry",
    ],
    [
      "a default of a wrong type",
      PROTO2,
      'message A { optional int32 a = 1 [default = "1"]; }',
      "2:45: this cannot be the default value of int32",
    ],
    [
      "a default out of range",
      PROTO2,
      "message A { optional int32 a = 1 [default = 2147483648]; }",
      "2:45: this cannot be the default value of int32",
    ],
    [
      "a negative default without a sign",
      PROTO2,
      "message A { optional uint64 a = 1 [default = -1]; }",
      "2:46: this cannot be the default value of uint64",
    ],
    [
      "a default of a list",
      PROTO2,
      "message A { repeated int32 a = 1 [default = 1]; }",
      "2:35: a repeated field has no default value",
    ],
    [
      "a default of a message",
      PROTO2,
      "message A { optional A a = 1 [default = B]; }",
      "2:41: a message has no default value",
    ],
    [
      "a default that the enum lacks",
      PROTO2,
      "enum E { Z = 0; } message A { optional E a = 1 [default = Y]; }",
      "2:59: enum E has no value Y",
    ],
    [
      "a packed string",
      PROTO2,
      "message A { repeated string a = 1 [packed = true]; }",
      "2:36: packed is for repeated numbers: string cannot be packed",
    ],
    ["a lazy number", PROTO2, "message A { optional int32 a = 1 [lazy = true]; }", "2:42: lazy is for messages"],
    [
      "an extension out of range",
      PROTO2,
      "message A { extensions 5 to 9; } extend A { optional int32 a = 10; }",
      "2:60: A leaves the number 10 to no extension",
    ],
    [
      "an extension number twice",
      PROTO2,
      "message A { extensions 5 to 9; } extend A { optional int32 a = 5; optional int32 b = 5; }",
      "2:82: extension number 5 is already that of a",
    ],
    [
      "a required extension",
      PROTO2,
      "message A { extensions 5; } extend A { required int32 a = 5; }",
      "2:40: an extension cannot be required",
    ],
    [
      "an extension map",
      PROTO2,
      "message A { extensions 5; } extend A { map<int32, int32> a = 5; }",
      "2:40: an extension cannot be a map",
    ],
    [
      "an extension of an enum",
      PROTO2,
      "enum E { Z = 0; } extend E { optional int32 a = 5; }",
      "2:26: E is an enum: only messages are extended",
    ],
    [
      "an extension of nothing",
      PROTO2,
      "extend B { optional int32 a = 5; }",
      "2:8: B is neither declared here nor in a file imported here",
    ],
    [
      "a field in an extension range",
      PROTO2,
      "message A { extensions 5; optional int32 a = 5; }",
      "2:46: the number 5 is for extensions",
    ],
    [
      "reserved ranges that overlap",
      PROTO3,
      "message A { reserved 1 to 5, 3; }",
      "2:30: this range overlaps with one on line 2",
    ],
    [
      "a range before an earlier one",
      PROTO3,
      "message A { reserved 3 to 9; reserved 1 to 5; }",
      "2:39: this range overlaps with one on line 2",
    ],
    ["a reserved name twice", PROTO3, 'message A { reserved "a", "a"; }', "2:27: the name a is reserved twice"],
    ["a reserved number 0", PROTO3, "message A { reserved 0; }", "2:22: field numbers go from 1 to 536870911"],
    [
      "fields that are one in JSON",
      PROTO3,
      'message A { int32 a = 1; int32 b = 2 [json_name = "a"]; }',
      "2:32: b and a are both a in JSON",
    ],
    [
      "fields given one JSON name in proto2",
      PROTO2,
      'message A { optional int32 a = 1 [json_name = "c"]; optional int32 b = 2 [json_name = "c"]; }',
      "2:68: b and a are both c in JSON",
    ],
    [
      "a JSON name in brackets",
      PROTO3,
      'message A { int32 a = 1 [json_name = "[a]"]; }',
      "2:38: a json_name cannot stand in brackets: that is how JSON names extensions",
    ],
    [
      "values that are one without the prefix",
      PROTO3,
      "enum Color { COLOR_RED = 0; RED = 1; }",
      "2:29: RED and COLOR_RED are both Red without the prefix",
    ],
    [
      "aliases where there are none",
      PROTO3,
      "enum E { option allow_alias = true; Z = 0; }",
      "2:31: allow_alias is set, but no two values share a number",
    ],
    [
      "a message called like a map's entry",
      PROTO3,
      "message A { map<int32, int32> a_b = 1; message ABEntry {} }",
      "2:48: ABEntry is already there, on line 2",
    ],
    [
      "a map of enums that start above 0",
      PROTO2,
      "enum E { A = 1; } message M { map<int32, E> a = 1; }",
      "2:42: the first value of an enum in a map must be 0, but that of E is not",
    ],
  ])("%s", (_, head, source, expected) => {
    expect(problem(head + source)).toBe(`a.proto:${expected}`);
  });

  it("a type called like a package of another file", () => {
    const found = problem(`${PROTO3}import "b.proto"; package p;\nmessage q {}`, `${PROTO3}package p.q;`);
    expect(found).toBe("b.proto:2:9: p.q is a package here, but declared in a.proto:3");
  });

  it("an enum value that two files of a package declare", () => {
    const found = problem(`${PROTO3}package p; enum A { Z = 0; }`, `${PROTO3}package p; enum B { Z = 0; }`);
    expect(found).toBe("b.proto:2:21: p.Z is already declared in a.proto:2");
  });

  it("a closed enum of proto2 in a field of proto3", () => {
    const found = problem(`${PROTO2}enum E { Z = 0; }`, `${PROTO3}import "a.proto"; message A { E e = 1; }`);
    expect(found).toBe("b.proto:2:31: enum E is closed: a field without presence takes an open one");
  });

  it("a local type named in another file, and any type of an import for options", () => {
    const types = `${E2024}local message A {} message B { message C {} export message D {} }`;
    const using = (type: string) => `${E2024}import "a.proto"; message M { ${type} m = 1; }`;
    expect(problem(types, using("A"))).toBe("b.proto:2:31: A is local to a.proto");
    expect(problem(types, using("B.C"))).toBe("b.proto:2:31: B.C is local to a.proto");
    expect(problem(types, using("B.D"))).toBe("nothing");
    const option = `${E2024}import option "a.proto"; message M { B m = 1; }`;
    expect(problem(types, option)).toBe("b.proto:2:38: B is neither declared here nor in a file imported here");
  });
});

describe("the whole language is read", () => {
  it.each([
    ["spaces in dotted names", `${PROTO3}package a . b; message A { . a . b . A a = 1; }`],
    [
      "a group in a oneof",
      `${PROTO2}message A { oneof o { group B = 1 { optional int32 c = 1; } } optional B d = 2; }`,
    ],
    [
      "extensions with declarations",
      `${PROTO2}message A { extensions 4 to 1000 [declaration = { number: 4, full_name: ".a", type: ".b.C" }, declaration = { number: 5, reserved: true }, verification = DECLARATION]; }`,
    ],
    ["an extension in a message", `${PROTO2}message A { extensions 5; extend A { optional A a = 5; } }`],
    [
      "a group in an extension",
      `${PROTO2}message A { extensions 5; } extend A { repeated group G = 5 { required int32 a = 1; } }`,
    ],
    ["a closed enum that starts above 0", `${PROTO2}enum E { A = 1; B = -2147483648; C = 0x7fffffff; }`],
    [
      "legacy names in JSON",
      `${PROTO2}message A { optional int32 a = 1; optional int32 b = 2 [json_name = "a"]; option deprecated_legacy_json_field_conflicts = true; }`,
    ],
    ["imports of every kind", `${E2024}import public "b.proto"; import option "c.proto";`],
    [
      "reserved names of editions",
      `${E2023}message A { reserved a, b; reserved 1 to max; } enum E { Z = 0; reserved c; reserved -1; }`,
    ],
  ])("%s", (_, source) => {
    expect(problem(source)).toBe("nothing");
  });

  it.each([
    [
      "every literal as an option",
      `${PROTO2}option (a) = 1; option (b) = -0x1F; option (c) = 017; option (d) = 1.5e-3; option (e) = .5; option (f) = -inf; option (g) = nan; option (h) = 'a' "b"\n"\\x41\\101\\n\\u00e9\\U0001F600";`,
    ],
    [
      "aggregates",
      `${PROTO2}option (a.b).c = { d: 1, e { f: "g" }; [h.i]: TRUE [type.googleapis.com/j.K] < l: [1, -2, {}] > m: [] };`,
    ],
    ["features of other languages", `${E2023}option features.(pb.cpp).string_type = VIEW;`],
  ])("%s, before anybody asks what they mean", (_, source) => {
    expect(readProto(source, "a.proto", "a.proto").options.length).toBeGreaterThan(0);
  });

  it("custom options are kept as data", () => {
    const source = `${PROTO2}option (a.b).c = { d: -1 e: "\\xff" };`;
    const [option] = readProto(source, "a.proto", "a.proto").options;
    expect(option?.path.map(({ name, custom }) => [name, custom])).toStrictEqual([
      ["a.b", true],
      ["c", false],
    ]);
    expect(option?.value).toMatchObject({
      kind: "message",
      fields: [
        { name: { name: "d" }, value: { kind: "number", integer: -1n } },
        { name: { name: "e" }, value: { kind: "string", bytes: Uint8Array.of(255) } },
      ],
    });
  });

  it("features come from the edition, the file, the message, the oneof and the field", () => {
    const file = `${E2023}option features.field_presence = IMPLICIT;\n`;
    expect(fieldOf(`${E2023}message A { int32 a = 1; }`, "a").presence).toBe("explicit");
    expect(fieldOf(`${file}message A { int32 a = 1; }`, "a").presence).toBe("implicit");
    expect(fieldOf(`${file}message A { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }`, "a").presence).toBe(
      "required",
    );
    expect(fieldOf(`${PROTO3}message A { repeated int32 a = 1; }`, "a").packed).toBe(true);
    expect(fieldOf(`${PROTO3}message A { repeated int32 a = 1 [packed = false]; }`, "a").packed).toBe(false);
    expect(fieldOf(`${PROTO2}message A { repeated int32 a = 1; }`, "a").packed).toBe(false);
    expect(fieldOf(`${PROTO2}message A { repeated int32 a = 1 [packed = true]; }`, "a").packed).toBe(true);
    const group = `${PROTO2}message A { optional group B = 1 {} }`;
    expect(fieldOf(group, "b")).toMatchObject({ features: { message_encoding: "DELIMITED" }, type: { name: "B" } });
    expect(read(`${PROTO2}enum E { Z = 0; }`)[0]?.enums[0]?.closed).toBe(true);
    expect(read(`${E2023}enum E { Z = 0; }`)[0]?.enums[0]?.closed).toBe(false);
  });

  it("defaults, names in JSON and extension ranges are in the model", () => {
    const source = `${PROTO2}message A { optional bytes a_b = 1 [default = "\\001"]; optional int32 c = 2 [json_name = "D"]; extensions 9 to max; }`;
    expect(fieldOf(source, "a_b")).toMatchObject({ jsonName: "aB", defaultValue: { bytes: Uint8Array.of(1) } });
    expect(fieldOf(source, "c").jsonName).toBe("D");
    expect(read(source)[0]?.messages[0]?.extensionRanges).toMatchObject([{ from: 9, to: 536_870_911 }]);
  });

  it("messages nest 31 deep, as with protoc, and no deeper", () => {
    const nested = (depth: number) => PROTO3 + "message A {".repeat(depth) + "}".repeat(depth);
    expect(problem(nested(31))).toBe("nothing");
    expect(problem(nested(32))).toBe("a.proto:2:352: messages nest deeper than 31");
  });
});

it.skipIf(!hasProtoc)(
  "protoc takes and refuses the same of all schemas above, but for what is wrong for a reason",
  async () => {
    expect(asked.length).toBeGreaterThan(100);
    // The reasons are in protoc.test.ts.
    expect(disputed(await judge(asked, folder()))).toStrictEqual([
      String.raw`a.proto:2:21: \777 is not an escape sequence`,
      String.raw`a.proto:2:21: \U00110000 is not an escape sequence`,
      'a.proto:2:22: "a b" cannot be a name',
    ]);
  },
);
