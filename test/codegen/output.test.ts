import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generate } from "../../codegen/generate.js";
import { writeOutputs } from "../../codegen/output.js";
import { readProto } from "../../codegen/proto/read.js";
import { fnv1a } from "../../codegen/hash.js";
import { folder } from "./folder.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
const schemas = join(project, "schemas");

function generated(path: string): string {
  return readFileSync(join(schemas, "gen", path), "utf8");
}

/** The text of each file that is generated for `files`. */
function textsOf(files: readonly string[]): object {
  return Object.fromEntries(generate(files, [schemas]).map(({ path, text }) => [path, text]));
}

function strictest(root: string): object {
  const options = { noUncheckedIndexedAccess: true, isolatedDeclarations: true, declaration: true };
  return {
    extends: join(project, "tsconfig.json"),
    compilerOptions: { ...options, rootDir: "/", types: [] },
    include: [join(root, "gen"), join(schemas, "gen")],
  };
}

describe("the generated files of this repository", () => {
  const protos = ["chat", "market", "echo", "ledger", "everything", "corpus", "legacy", "edition"];
  const flat = ["world.fbs", "book.fbs", "prices.fbs"];
  const names = [...protos.map((name) => `${name}.proto`), ...flat].map((name) => join(schemas, name));

  it("are what the generator makes of the schemas today", () => {
    const outputs = generate(names, [schemas]);
    for (const { path, text } of outputs) expect(generated(path), path).toBe(text);
    const files = readdirSync(join(schemas, "gen"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith(".ts")).sort()).toStrictEqual(outputs.map(({ path }) => path).sort());
  });

  it("do not depend on the order in which schemas are given", () => {
    expect(textsOf(names.toReversed())).toStrictEqual(textsOf(names));
  });

  it("contain no eval and no any", () => {
    for (const { path, text } of generate(names, [schemas])) {
      expect(text, path).not.toMatch(/\beval\b|new Function|: any\b|<any>|as any/);
    }
  });
});

describe("ids", () => {
  it("are FNV-1a of the name as UTF-8", () => {
    expect(fnv1a("")).toBe(0x811c9dc5);
    expect(fnv1a("foobar")).toBe(0xbf9cf968);
    expect(fnv1a("é")).toBe(fnv1a("\u00e9"));
  });
});

const HOSTILE = `syntax = "proto3";
package hostile;
/* ends */ /* here */
// */ globalThis.pwned = 1; /*
// \u2028 globalThis.pwned = 1; \u2029 globalThis.pwned = 1;
// \`\${globalThis.pwned = 1}\` " ' \\u002a/ \\
message A {
  // */ pwned: (globalThis.pwned = 1); /**
  string a = 1 [json_name = "\\"; globalThis.pwned = 1; //", deprecated = true]; // */ globalThis.pwned = 1;
  string class = 2;
  string constructor = 3;
  string toJSON = 4;
  string then = 5;
  map<string, A> prototype = 6;
}
message Readable { A a = 1; }
message read { A a = 1; }
message able { A a = 1; }
message newA { A a = 1; }
message writeA { repeated newA a = 1; }
message Iterable { int32 x = 1; }
message Error { int32 x = 1; }
message NO_BYTES { bytes b = 1; }
message constructor { constructor prototype = 1; }
message prototype { message toString { constructor toString = 1; } oneof constructor { toString hasOwnProperty = 1; } }
enum hasOwnProperty { valueOf = 0; isPrototypeOf = 1; }
message isZero { double d = 1; float f = 2; }
message begin { repeated int32 x = 1; }
message r { repeated int32 x = 1; }
message w { w w = 1; }
message m { m m = 1; map<string, m> end = 2; }
message tag { string tag = 1; }
message Outer { message Outer { Outer Outer_ = 1; } Outer outer = 1; .hostile.Outer top = 2; }
message value { map<string, value> values = 1; map<int32, key> keys = 2; map<bool, map> maps = 3; map<int64, r> rs = 4; }
message key { map<string, end> ends = 1; map<string, tag> tags = 2; }
message map {}
message end {}
enum Side { SIDE_ = 0; SIDE_B = 1; }
enum Level { LEVEL_A = 0; LEVEL_B = 1; OTHER = 2; }
service hostile { rpc hostile(hostile.A) returns (A); rpc toString(A) returns (A); }
service Client {}
service AClient { rpc X(stream A) returns (A); }
`.replace("rpc hostile(hostile.A)", "rpc hostile(.hostile.A)");

const HOSTILE_LEGACY = `syntax = "proto2";
package legacy.hostile;
import "a.proto";
message __proto__ { optional int32 __proto__ = 1; optional __proto__ inner = 2; required string constructor = 3; }
message Infinity { optional double inf = 1 [default = -inf]; optional float nan = 2 [default = nan]; extensions 10 to 99; }
message NaN { required Infinity Infinity = 1; required NaN.group g = 2; message group { required bool ABSENT = 1; } }
message InfinityDefaults { optional bytes b = 1 [default = "*/\\xff"]; }
message Held { optional group Extension = 1 { required Held held = 1; } }
message lacks { required lacks lacks = 1; }
message required { required required.bare b = 1; message bare { required int32 required = 1; } }
message m { required int32 a = 1; }
message Local { required m one = 1; required .hostile.m other = 2; map<string, m> more = 3; }
message bareNaN { required string m = 1 [default = "\\u2028*/\\n\\"';globalThis.pwned=1;//"]; }
message In { enum Names { option allow_alias = true; __proto__ = 5; also = 5; NAMES_X = -1; } }
enum namedNames { toString = 0; }
message Enums { required In.Names a = 1; repeated In.Names b = 2; map<string, namedNames> c = 3; oneof d { In.Names e = 4; group G = 5 {} }
  extend Infinity { optional In.Names __proto__ = 10; optional Enums Enums = 11; } }
extend Infinity {
  // */ globalThis.pwned = 1; /*
  optional int64 delete = 12 [default = -5, jstype = JS_NUMBER];
  repeated group Infinity_ = 13 { optional string s = 1 [default = "\\000"]; }
  optional .hostile.A Names = 14;
  optional In.Names names = 15 [default = NAMES_X];
  optional bytes getExtension = 16 [default = "\\000\\377"];
}
service __proto__x { rpc __proto__(.legacy.hostile.__proto__) returns (.legacy.hostile.__proto__); }
`;

describe("hostile names and comments", () => {
  it("give files that compile under the strictest options, load without effects, and come back from bytes", async () => {
    const files = { "a.proto": HOSTILE, "b.proto": HOSTILE_LEGACY, "package.json": '{ "type": "module" }' };
    const root = folder(files);
    writeOutputs(generate([join(root, "b.proto")], []), join(root, "gen"));
    writeFileSync(join(root, "tsconfig.json"), JSON.stringify(strictest(root)));
    const tsc = spawnSync(join(project, "node_modules/.bin/tsc"), ["-p", root], { encoding: "utf8" });
    // The runtime's sources are compiled with it, but need not pass options that the project does not set.
    expect(tsc.stdout.split("\n").filter((line) => !/^(src\/|\s|$)/.test(line))).toStrictEqual([]);

    const legacy: Record<string, unknown> = await import(join(root, "gen/b.ts"));
    expect(globalThis).not.toHaveProperty("pwned");
    const proto = legacy["__proto__"];
    if (!isCodec(proto)) throw new Error("__proto__ is no codec");
    const inner = { proto: 1, inner: undefined, constructor_: "a" };
    expect(proto.fromBytes(proto.toBytes({ ...inner, inner }))).toStrictEqual({ ...inner, inner });
    expect(Object.keys(legacy)).toEqual(
      expect.arrayContaining(["Infinity", "InfinityDefaults", "Enums_proto", "namedNamedNames", "delete_", "names"]),
    );

    const module: Record<string, unknown> = await import(join(root, "gen/a.ts"));
    expect(globalThis).not.toHaveProperty("pwned");
    const { A } = module;
    if (!isCodec(A)) throw new Error("A is no codec");
    const empty = A.fromBytes(new Uint8Array(0));
    const a = {
      ...empty,
      a: "1",
      class: "2",
      constructor_: "3",
      toJSON: "4",
      then_: "5",
      prototype: new Map([["x", empty]]),
    };
    expect(A.fromBytes(A.toBytes(a))).toStrictEqual(a);
    expect(Object.keys(module)).toEqual(
      expect.arrayContaining(["r_", "w", "m_", "tag_", "value_", "Outer", "Outer_Outer", "hostile"]),
    );
    expect(module["Side"]).toStrictEqual({ SIDE_: 0, SIDE_B: 1 });
    expect(module["Level"]).toStrictEqual({ LEVEL_A: 0, LEVEL_B: 1, OTHER: 2 });
  }, 60_000);
});

interface AnyCodec {
  toBytes(value: object): Uint8Array;
  fromBytes(bytes: Uint8Array): object;
}

function isCodec(value: unknown): value is AnyCodec {
  return typeof value === "object" && value !== null && "fromBytes" in value && "toBytes" in value;
}

describe("a schema of great size", () => {
  it("is generated within seconds: 200,000 enum values, 5 MB of comment, 2,000 messages", () => {
    const values = Array.from({ length: 200_000 }, (_, i) => `V${i} = ${i};`).join("\n");
    const comment = `/* ${"x * / ".repeat(800_000)} */`;
    const messages = Array.from({ length: 2_000 }, (_, i) => `message M${i} { M${(i * 7) % 2_000} m = 1; }`).join("\n");
    const root = folder({ "a.proto": `syntax = "proto3";\nenum E {\n${values}\n}\n${comment}\n${messages}` });
    const start = performance.now();
    const [output] = generate([join(root, "a.proto")], [root]);
    expect(output?.summary).toBe("2000 messages, 1 enum");
    expect(performance.now() - start).toBeLessThan(15_000);
  }, 60_000);

  it.each([
    ["a comment of 400,000 lines", `${"// xxxxxxxx\n".repeat(400_000)}message A {}`, "read"],
    ["a string of 300,000 parts", `option java_package = ${'"a\\x41" '.repeat(300_000)};`, "read"],
    ["a name of 5 MB", `message ${"a".repeat(5_000_000)} {}`, "read"],
    ["a string of 30 MB", `option java_package = "${"a".repeat(30_000_000)}";`, "read"],
    [
      "a string of 30 MB that does not end",
      `option java_package = "${"a".repeat(30_000_000)}`,
      "2:23: a string that does not",
    ],
    ["a number of 30 MB", `enum E { A = ${"1".repeat(30_000_000)}; }`, "1 is not a number"],
    ["a million escapes", `option java_package = "${"\\n".repeat(1_000_000)}";`, "read"],
    ["a package of 100,000 parts", `package a${".a".repeat(100_000)};`, "2:9: a package has no more than 101 parts"],
    ["options that nest without end", `option (a) = ${"{ b ".repeat(100_000)}`, "2:414: the value of an option nests"],
    ["a comment of 5 MB that does not end", `/*${" *".repeat(2_500_000)}`, "2:1: a comment that does not end"],
  ])("is read or refused within seconds: %s", (_, source, expected) => {
    const start = performance.now();
    expect(outcome(`syntax = "proto3";\n${source}`)).toContain(expected);
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});

function outcome(source: string): string {
  try {
    readProto(source, "a.proto", "a.proto");
    return "read";
  } catch (error) {
    return String(error);
  }
}
