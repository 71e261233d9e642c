import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../codegen/table.js";
import { Chat } from "../../schemas/gen/chat.js";
import { Everything, Nothing } from "../../schemas/gen/everything.js";
import { Market } from "../../schemas/gen/market.js";
import { tableText } from "../../src/rpc/schema-describe.js";
import { fingerprintOf as runtimeFingerprintOf } from "../../src/rpc/schema-table.js";
import { tableFrom } from "./schema.js";

const TYPES = ["double", "int32", "uint64", "sint32", "fixed64", "bool", "string", "bytes", "M0", "M1", "M2", "E"];
const MAPS = ["string", "sint64", "M1", "E"].map((type) => `map<int32, ${type}>`);

/** A field without what the wire does not show. */
const field = fc.record({
  number: fc.integer({ min: 1, max: 2 ** 29 - 1 }).filter((number) => number < 19_000 || number > 19_999),
  type: fc.constantFrom(...TYPES, ...MAPS),
  isRepeated: fc.boolean(),
});
const fields = fc.uniqueArray(field, { maxLength: 6, selector: ({ number }) => number });
const model = fc.record({
  messages: fc.tuple(fields, fields, fields),
  numbers: fc.uniqueArray(fc.integer({ min: 1, max: 99 })),
});
type Model = typeof model extends fc.Arbitrary<infer T> ? T : never;

/** One of the many ways to write `{ messages, numbers }` down; `choose(n)` picks one of n. */
function schemaOf({ messages, numbers }: Model, choose: (n: number) => number): string {
  const shuffled = <T>(parts: readonly T[]): T[] => {
    const rest = [...parts];
    return parts.map(() => rest.splice(choose(rest.length), 1)[0]);
  };
  const comment = (): string => ["", "// one line\n", "/* some */ ", "// two\n// lines\n"][choose(4)];
  const line = ({ number, type, isRepeated }: Model["messages"][0][0]): string => {
    const text = `${type} f${choose(1000)}_${number} = ${number}${["", " [deprecated = true]"][choose(2)]};`;
    if (type.startsWith("map")) return text;
    if (isRepeated) return `repeated ${text}`;
    return [text, `optional ${text}`, `oneof o${number} { ${text} }`][choose(3)];
  };
  const parts = [
    ...messages.map(
      (list, i) =>
        `message M${i} { ${shuffled(list)
          .map((part) => comment() + line(part))
          .join("\n")} }`,
    ),
    `enum E { ZERO_${choose(9)} = 0; ${shuffled(numbers)
      .map((number) => `V${choose(99)}N${number} = ${number};`)
      .join(" ")} }`,
    `service S { ${shuffled(["rpc A(M0) returns (stream M1);", "rpc B(stream M2) returns (M0);"]).join(comment() + "\n")} }`,
    `message Unused${choose(9)} { int32 x = 1; }`,
  ];
  return shuffled(parts.map((part) => comment() + part)).join("\n");
}

describe("the table of a service", () => {
  it("stays the same whatever order, field names, comments, options, oneofs and optionals the schema has", () => {
    fc.assert(
      fc.property(model, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()), (what, first, second) => {
        const chooser = (stream: Iterator<number>) => (n: number) => (stream.next().value as number) % n;
        expect(tableFrom(schemaOf(what, chooser(first)))).toStrictEqual(tableFrom(schemaOf(what, chooser(second))));
      }),
      { numRuns: 60 },
    );
  });

  it("lists methods, messages and enums that are reached, by name, and fields by number", () => {
    const table = tableFrom(`
      message Unused {}
      enum Side { NONE = 0; SELL = 2; BUY = 1; }
      message Quote { repeated double prices = 3; Side side = 1; map<string, Deal> deals = 2; }
      message Deal { Quote quote = 1; }
      message Empty {}
      service Market { rpc Watch(stream Quote) returns (stream Quote); rpc Ask(Empty) returns (Quote); }`);
    expect(table).toStrictEqual([
      "rpc Ask unary p.Empty p.Quote",
      "rpc Watch duplex p.Quote p.Quote",
      "message p.Deal 1:p.Quote",
      "message p.Empty",
      "message p.Quote 1:p.Side 2:map<string,p.Deal> 3:double[]",
      "enum p.Side 0 1 2",
    ]);
  });

  it("changes with each number, type, cardinality, method name and kind", () => {
    const base = "message M { int32 a = 1; } service S { rpc A(M) returns (M); }";
    const changed = [
      base.replace("= 1", "= 2"),
      base.replace("int32", "int64"),
      base.replace("int32", "repeated int32"),
      base.replace("rpc A", "rpc B"),
      base.replace("returns (M)", "returns (stream M)"),
      base.replaceAll("M", "N"),
    ];
    const prints = [base, ...changed].map((proto) => fingerprintOf(tableFrom(proto)));
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe("the table of a service in proto2", () => {
  it("says which fields are required and which are groups, and nothing of closed enums, defaults and extensions", () => {
    const table = tableFrom(
      `message M {
        required int32 id = 1; repeated group List = 2 { required E e = 1; } optional group One = 3 {} optional M m = 4;
        map<int32, M> map = 5; optional int32 d = 6 [default = 5]; extensions 100;
      }
      extend M { optional int32 x = 100; }
      enum E { A = 1; }
      service S { rpc Do(M) returns (M); }`,
      'syntax = "proto2";',
    );
    expect(table).toStrictEqual([
      "rpc Do unary p.M p.M",
      "message p.M 1:int32! 2:group<p.M.List>[] 3:group<p.M.One> 4:p.M 5:map<int32,p.M> 6:int32",
      "message p.M.List 1:p.E!",
      "message p.M.One",
      "enum p.E 1",
    ]);
  });
});

describe("the fingerprint of a service", () => {
  it("is FNV-1a with 64 bits over the lines of the table, each with its line feed", () => {
    expect(fingerprintOf([])).toBe("cbf29ce484222325");
    expect(fingerprintOf(["a", "b"])).toBe(runtimeFingerprintOf("a\nb\n"));
    expect(runtimeFingerprintOf("a")).toBe("af63dc4c8601ec8c");
    expect(runtimeFingerprintOf("foobar")).toBe("85944171f73967e8");
  });

  it("is the same in the generator, in generated code and at run time", () => {
    for (const { schema } of [Chat, Market, Everything, Nothing]) {
      expect(fingerprintOf(schema.table)).toBe(schema.fingerprint);
      expect(runtimeFingerprintOf(tableText(schema.table))).toBe(schema.fingerprint);
    }
  });
});
