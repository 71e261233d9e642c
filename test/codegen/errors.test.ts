import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkIds } from "../../codegen/check.js";
import { generate } from "../../codegen/generate.js";
import { hasProtoc } from "../support/protoc.js";
import { folder } from "./folder.js";
import { type Case, disputed, judge } from "./verdict.js";

/** All schemas that are judged below. */
const asked: Case[] = [];

/** What is wrong with the schema `a.proto`, with the folder left out of the place. */
function problem(schema: string, others: Readonly<Record<string, string>> = {}): string {
  asked.push({ name: schema, files: new Map([["a.proto", schema], ...Object.entries(others)]) });
  const root = folder({ "a.proto": schema, ...others });
  try {
    generate([join(root, "a.proto")], [root]);
  } catch (error) {
    return String(error).replace("Error: ", "").replaceAll(`${root}/`, "");
  }
  return "nothing";
}

const HEAD = 'syntax = "proto3"; ';

describe("a schema is refused at the place where it is wrong", () => {
  it.each([
    ["an unknown type", "message A { B b = 1; }", "1:32: B is neither declared"],
    ["an unknown type in a oneof", "message A { oneof o { B b = 1; } }", "1:42: B is neither"],
    ["an unknown type in a map", "message A { map<string, B> b = 1; }", "1:44: B is neither"],
    ["an unknown repeated type", "message A {\n  repeated B b = 1;\n}", "2:12: B is neither"],
    ["an unknown optional type", "message A {\n  optional B b = 1;\n}", "2:12: B is neither"],
    ["an unknown type of a request", "service S { rpc M(A) returns (A); }", "1:38: A is neither"],
    [
      "an unknown type of a response",
      "message A {}\nservice S {\n  rpc M(A) returns (stream B);\n}",
      "3:28: B is neither",
    ],
    ["an enum as a request", "enum E { Z = 0; } service S { rpc M(E) returns (E); }", "1:56: E is an enum"],
    ["a package as a type", "package p.q; message A { p.q x = 1; }", "1:45: p.q is not a type"],
    [
      "a name that means something nearer",
      "package p; message A { message p {} p.A x = 1; }",
      "1:56: p.A means p.A.p.A here",
    ],
    [
      "a field number twice",
      "message A {\n  int32 a = 1;\n  int32 b = 1;\n}",
      "3:13: field number 1 is already that of a",
    ],
    ["a field number twice, in a oneof", "message A { int32 a = 1; oneof o { int32 b = 1; } }", "1:65: field number 1"],
    ["a field name twice", "message A {\n  int32 a = 1;\n  int32 a = 2;\n}", "3:9: a is already there, on line 2"],
    ["a field called like a oneof", "message A { int32 a = 1; oneof a { int32 b = 2; } }", "1:51: a is already there"],
    ["a field called like a message in it", "message A { message B {} B B = 1; }", "1:47: B is already there"],
    ["a message name twice", "message A {}\nmessage A {}", "2:9: A is already there, on line 1"],
    ["an enum called like a message", "message A {}\nenum A { Z = 0; }", "2:6: A is already there"],
    ["one value name in two enums", "enum A { Z = 0; }\nenum B { Z = 0; }", "2:10: Z is already there"],
    ["field number 0", "message A { int32 a = 0; }", "1:42: field numbers go from 1"],
    ["a negative field number", "message A { int32 a = -1; }", "1:42: field numbers go from 1"],
    ["a field number too large", "message A { int32 a = 536870912; }", "1:42: field numbers go from 1 to 536870911"],
    ["a field number of Protocol Buffers", "message A { int32 a = 19999; }", "1:42: field numbers 19000 to 19999"],
    ["a field without a number", "message A { int32 a; }", "1:38: a has no number"],
    ["a field number that is none", "message A { int32 a = b; }", "1:42: b is not a number"],
    ["a reserved number", "message A { reserved 2 to 4, 9; int32 a = 3; }", "1:62: the number 3 is reserved"],
    [
      "a number reserved up to max",
      "message A { reserved 5 to max; int32 a = 0x10; }",
      "1:61: the number 16 is reserved",
    ],
    ["a reserved name", 'message A { reserved "a"; int32 a = 3; }', "1:52: the name a is reserved"],
    ["a reserved range upside down", "message A { reserved 4 to 2; }", "1:41: the range ends before it starts"],
    ["a reserved enum value", "enum E { reserved 1; Z = 0; A = 1; }", "1:52: the number 1 is reserved"],
    ["a first enum value that is not 0", "enum E { A = 1; }", "1:33: the first value of an enum must be 0"],
    ["an enum without values", "enum E {}", "1:25: enum E has no values"],
    ["an enum number twice", "enum E { A = 0;\n  B = 0; }", "2:7: B is 0, as is A: this takes option allow_alias"],
    ["an enum value too large", "enum E { A = 0; B = 2147483648; }", "1:40: 2147483648 is not a 32-bit integer"],
    ["a map with keys of bytes", "message A { map<bytes, int32> m = 1; }", "1:36: bytes cannot be the key"],
    ["a map with keys of double", "message A { map<double, int32> m = 1; }", "1:36: double cannot be the key"],
    ["a repeated map", "message A { repeated map<int32, int32> m = 1; }", "1:32: a map cannot be repeated"],
    ["a map in a oneof", "message A { oneof o { map<int32, int32> m = 1; } }", "1:42: a oneof cannot hold a map"],
    [
      "a repeated field in a oneof",
      "message A { oneof o { repeated int32 a = 1; } }",
      "1:42: a field of a oneof cannot be repeated",
    ],
    [
      "an optional field in a oneof",
      "message A { oneof o { optional int32 a = 1; } }",
      "1:42: a field of a oneof cannot be optional",
    ],
    ["an empty oneof", "message A { oneof o {} }", "1:38: oneof o has no fields"],
    [
      "a method name twice",
      "message A {} service S { rpc M(A) returns (A); rpc M(A) returns (A); }",
      "1:71: M is already",
    ],
    ["a service name twice", "service S {} service S {}", "1:41: S is already there"],
    [
      "fields that are one in TypeScript",
      "message A { int32 a_b = 1;\n  int32 aB = 2; }",
      "2:9: aB and a_b are both aB",
    ],
    [
      "methods that are one in TypeScript",
      "message A {} service S { rpc Do(A) returns (A); rpc do(A) returns (A); }",
      "1:72: do and Do are both do",
    ],
    ["messages that are one in TypeScript", "message A { message B {} } message A_B {}", "are both A_B in TypeScript"],
    ["jstype of a string", "message A { string a = 1 [jstype = JS_NUMBER]; }", "1:39: jstype is for 64-bit"],
    ["a default value", "message A { int32 a = 1 [default = 5]; }", "1:45: proto3 has no default values"],
    [
      "a misspelt option",
      "message A { int64 a = 1 [deprecated = true, jstyp = JS_NUMBER]; }",
      "1:64: fields have no option jstyp",
    ],
    [
      "an option that cannot be so",
      "message A { int64 a = 1 [jstype = NUMBER]; }",
      "1:54: NUMBER cannot be the option jstype",
    ],
    [
      "packed that is neither true nor false",
      "message A { repeated int64 a = 1 [packed = no]; }",
      "1:63: no cannot be",
    ],
    ["a required field", "message A { required int32 a = 1; }", "1:32: required is proto2"],
    ["a group", "message A { repeated group B = 1 { int32 c = 2; } }", "1:41: groups are proto2"],
    ["an extension", "message A {} extend A { int32 a = 1; }", "1:40: proto3 extends only the options"],
    ["an extension range", "message A { extensions 100 to 200; }", "1:32: proto3 has no extension ranges"],
    [
      "a name that is another one's in TypeScript",
      "message A { int32 __proto__ = 1; int32 proto = 2; }",
      "are both proto",
    ],
    ["a syntax error", "message A {\n  int32 a = 1 x;\n}", "2:15: illegal"],
    ["a brace too many", "message A {} }", "1:33: '}' closes nothing"],
    ["a brace too few", "message A { int32 a = 1;", "1:"],
    ["a string that does not end", 'import "b', "1:27: a string that does not end"],
    ["a second package", "package a; package b;", "1:39: a second package"],
    ["an import that is not there", 'import "b.proto";', '1:27: import "b.proto" is not in'],
    ["an import of itself", 'import "a.proto";', "1:27: import cycle: a.proto → a.proto"],
    ["an import through the parent folder", 'import "../b.proto";', '1:27: import "../b.proto" must be a plain path'],
    ["an absolute import", 'import "/etc/passwd";', '1:27: import "/etc/passwd" must be a plain path'],
    ["an import of a URL", 'import "https://example.com/a.proto";', "must be a plain path"],
    ["an import with backslashes", String.raw`import "..\\b.proto";`, "must be a plain path"],
  ])("%s", (_, schema, expected) => {
    expect(problem(HEAD + schema)).toMatch(expected);
    expect(problem(HEAD + schema)).toMatch(/^a\.proto:\d+:\d+: [^\n]+$/);
  });

  it.each([
    ["no syntax, which is proto2", "message A { int32 a = 1; }", "1:13: in proto2, a field starts with"],
    ["an unknown syntax", '\nsyntax = "proto4";', '2:10: syntax "proto4" is not known'],
    ["an unknown edition", 'edition = "2022";', '1:11: edition "2022" is not known'],
    [
      "a default that no JavaScript number is, where numbers are asked for",
      "message A { optional int64 a = 1 [default = 9007199254740992, jstype = JS_NUMBER]; }",
      "1:45: 9007199254740992 is no safe integer, as jstype = JS_NUMBER asks for",
    ],
    [
      "a syntax that comes late",
      'syntax = "proto3"; package p; syntax = "proto3";',
      "1:31: syntax must be the first statement",
    ],
  ])("%s", (_, schema, expected) => {
    expect(problem(schema)).toBe(`a.proto:${expected}${problem(schema).slice(`a.proto:${expected}`.length)}`);
  });

  it("a cycle of imports, through other files", () => {
    const found = problem(`${HEAD}import "b.proto";`, { "b.proto": `${HEAD}\n import "a.proto";` });
    expect(found).toBe("b.proto:2:9: import cycle: a.proto → b.proto → a.proto");
  });

  it("a type of a file that only an import imports, unless it does so publicly", () => {
    const schema = `${HEAD}import "b.proto"; message A { C c = 1; }`;
    const c = `${HEAD}message C {}`;
    expect(problem(schema, { "b.proto": `${HEAD}import "c.proto";`, "c.proto": c })).toMatch("1:50: C is neither");
    expect(problem(schema, { "b.proto": `${HEAD}import public "c.proto";`, "c.proto": c })).toBe("nothing");
  });

  it("a name that two files declare", () => {
    const found = problem(`${HEAD}import "b.proto";\nmessage A {}`, { "b.proto": `${HEAD}message A {}` });
    expect(found).toBe("a.proto:2:9: A is already declared in b.proto:1");
  });

  it("two files that differ only in case", () => {
    expect(problem(`${HEAD}import "A.proto";`, { "A.proto": HEAD })).toMatch("would be generated into the file of");
  });

  it("two names with one id", () => {
    const at = { file: "a.proto", line: 3, column: 9 };
    expect(() =>
      checkIds([
        { name: "costarring", at },
        { name: "liquid", at },
      ]),
    ).toThrow("a.proto:3:9: liquid has the same id as costarring");
  });

  it("messages that nest without end, quickly", () => {
    expect(problem(HEAD + "message A {".repeat(3_000) + "}".repeat(3_000))).toMatch("nest deeper than 31");
  });
});

describe("a schema that looks odd is taken", () => {
  it.each([
    ["empty statements", "; message A {;; int32 a = 1;; };"],
    ["hexadecimal and octal numbers", "message A { int32 a = 0x1F; int32 b = 017; }"],
    [
      "keywords as names",
      "message message { string message = 1; int32 package = 2; int32 reserved = 3; int32 option = 4; }",
    ],
    [
      "keywords as fields",
      "message A { int32 syntax = 1; repeated int32 import = 2; int32 map = 3; int32 oneof = 4; int32 stream = 5; }",
    ],
    [
      "options of every shape",
      'option java_package = "a" "}"; message A { int64 a = 1 [jstype = JS_STRING, json_name = "{", deprecated = true]; }',
    ],
    ["aliases", "enum E { option allow_alias = true; A = 0; B = 0; }"],
    ["reserved numbers of an enum", 'enum E { reserved -5 to -2, 100 to max; reserved "X"; A = 0; B = -1; }'],
    ["comments everywhere", "/* a */ message /* b */ A // c\n { int32 /* d */ a = /* } */ 1 /* ; */; // e\n }"],
    ["names from the top", "package p; message A { .p.A a = 1; p.A b = 2; A c = 3; }"],
    ["Windows line ends", "message A {\r\n  int32 a = 1; // b\r\n}\r\n"],
    [
      "methods with bodies",
      "message A {} service S { rpc M(stream A) returns (stream A) { option deprecated = true; }; rpc N(A) returns (A) {} }",
    ],
  ])("%s", (_, schema) => {
    expect(problem(HEAD + schema)).toBe("nothing");
  });
});

it.skipIf(!hasProtoc)(
  "protoc takes and refuses the same of all schemas above, but for what clashes in TypeScript",
  async () => {
    expect(asked.length).toBeGreaterThan(100);
    expect(disputed(await judge(asked, folder()))).toStrictEqual([
      "a.proto:1:1: would be generated into the file of A.proto",
      "a.proto:1:59: proto and __proto__ are both proto in TypeScript",
      "a.proto:1:72: do and Do are both do in TypeScript",
    ]);
  },
);
