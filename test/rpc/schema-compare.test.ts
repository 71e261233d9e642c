import { describe, expect, it } from "vitest";
import { compareTables, type Verdict } from "../../src/rpc/schema-compare.js";
import { tableText } from "../../src/rpc/schema-describe.js";
import { fingerprintOf, readTable } from "../../src/rpc/schema-table.js";
import { tableFrom } from "../codegen/schema.js";

/** What this side is told when its schema is `ours` and the peer's `theirs`. */
function judge(ours: string, theirs: string): Verdict {
  const [own, other] = [ours, theirs].map((proto) => readTable(tableText(tableFrom(proto))));
  return compareTables("p.S", own, other);
}

/** A service whose one message has these fields. */
function withFields(fields: string, more = ""): string {
  return `message M { ${fields} } message N { string x = 1; } enum E { A = 0; } ${more}
    service S { rpc Do(M) returns (N); rpc See(E0) returns (stream M); } message E0 { E e = 1; N n = 2; }`;
}

const COMPATIBLE: readonly (readonly [ours: string, theirs: string, said: string])[] = [
  ["", "int32 a = 5;", "p.M: field 5 is new on the peer's side"],
  ["int32 a = 5;", "", "p.M: field 5 is missing on the peer's side"],
  ["int32 a = 1;", "int64 a = 1;", "a value that one of them cannot hold"],
  ["bool a = 1;", "uint64 a = 1;", "a value that one of them cannot hold"],
  ["E a = 1;", "uint32 a = 1;", "field 1 is p.E here and uint32 on the peer's side (a value"],
  ["sint32 a = 1;", "sint64 a = 1;", "a value that one of them cannot hold"],
  ["fixed32 a = 1;", "sfixed32 a = 1;", "a value that one of them cannot hold"],
  ["fixed64 a = 1;", "sfixed64 a = 1;", "a value that one of them cannot hold"],
  ["repeated int32 a = 1;", "repeated bool a = 1;", "field 1 is int32[] here and bool[] on the peer's side"],
  ["string a = 1;", "bytes a = 1;", "no UTF-8 are refused"],
  ["N a = 1;", "bytes a = 1;", "bytes that are no such message are refused"],
  ["string a = 1;", "repeated string a = 1;", "of many, one side takes only the last"],
  ["repeated N a = 1;", "N a = 1;", "of many, one side takes only the last"],
  ["repeated bytes a = 1;", "string a = 1;", "no UTF-8 are refused as a string; of many"],
  ["map<string, int32> a = 1;", "map<string, int64> a = 1;", "map<string,int32>: field 2 is int32 here and int64"],
  ["map<string, bytes> a = 1;", "repeated bytes a = 1;", "field 1 is map<string,bytes> here and bytes[]"],
];

const REFUSED: readonly (readonly [ours: string, theirs: string])[] = [
  ["int32 a = 1;", "sint32 a = 1;"],
  ["int32 a = 1;", "fixed32 a = 1;"],
  ["int32 a = 1;", "string a = 1;"],
  ["E a = 1;", "sint32 a = 1;"],
  ["float a = 1;", "fixed32 a = 1;"],
  ["double a = 1;", "float a = 1;"],
  ["fixed64 a = 1;", "double a = 1;"],
  ["N a = 1;", "string a = 1;"],
  ["N a = 1;", "E a = 1;"],
  ["int32 a = 1;", "repeated int32 a = 1;"],
  ["repeated E a = 1;", "E a = 1;"],
  ["map<string, int32> a = 1;", "map<string, string> a = 1;"],
  ["map<string, int32> a = 1;", "repeated int32 a = 1;"],
];

describe("the verdict on two schemas of one service", () => {
  it("is equal for the same schema", () => {
    const schema = withFields("M m = 1; map<string, M> all = 2;");
    expect(judge(schema, schema)).toStrictEqual({ verdict: "equal", differences: [] });
  });

  it.each(COMPATIBLE)("is compatible for %j against %j, and the other way round", (ours, theirs, said) => {
    const { verdict, differences } = judge(withFields(ours), withFields(theirs));
    expect(verdict).toBe("compatible");
    expect(differences.join("\n")).toContain(said);
    expect(judge(withFields(theirs), withFields(ours)).verdict).toBe("compatible");
  });

  it.each(REFUSED)("is refused for %j against %j, and the other way round", (ours, theirs) => {
    expect(judge(withFields(ours), withFields(theirs))).toMatchObject({ verdict: "refused" });
    expect(judge(withFields(theirs), withFields(ours))).toMatchObject({ verdict: "refused" });
  });

  it("is refused for a method of another kind, compatible for one that only one side has", () => {
    const schema = withFields("");
    expect(judge(schema, schema.replace("(stream M)", "(M)"))).toStrictEqual({
      verdict: "refused",
      differences: ["p.S: method See is serverStream here and unary on the peer's side"],
    });
    expect(judge(schema, schema.replace("rpc Do(M) returns (N);", ""))).toStrictEqual({
      verdict: "compatible",
      differences: ["p.S: method Do is missing on the peer's side"],
    });
  });

  it("looks at the fields of a message with another name, not at the name", () => {
    const schema = withFields("string text = 1;");
    const renamed = schema.replaceAll(/\bM\b/g, "Other");
    expect(judge(schema, renamed)).toStrictEqual({
      verdict: "compatible",
      differences: [
        "p.S: method Do takes p.M here and p.Other on the peer's side",
        "p.S: method See answers with p.M here and p.Other on the peer's side",
      ],
    });
    const changed = judge(schema, renamed.replace("string text", "int32 text"));
    expect(changed.verdict).toBe("refused");
    expect(changed.differences[0]).toBe("p.M: field 1 is string here and int32 on the peer's side");
  });

  it("names what is refused first, and finds it however deep", () => {
    const deep = (type: string): string =>
      withFields("Mid a = 1; N n = 2;", `message Mid { Leaf b = 1; } message Leaf { ${type} }`);
    const { verdict, differences } = judge(deep("int32 x = 1;"), deep("int32 y = 2; string x = 1;"));
    expect(verdict).toBe("refused");
    expect(differences).toStrictEqual([
      "p.Leaf: field 1 is int32 here and string on the peer's side",
      "p.Leaf: field 2 is new on the peer's side",
    ]);
  });

  it("tells which values of an enum only one side knows", () => {
    const schema = withFields("");
    const { verdict, differences } = judge(schema, schema.replace("A = 0;", "A = 0; B = 7;"));
    expect({ verdict, differences }).toStrictEqual({
      verdict: "compatible",
      differences: ["p.E: value 7 is new on the peer's side"],
    });
  });

  it("has an end for messages that hold each other", () => {
    const cycle = (end: string): string =>
      withFields("Hen a = 1;", `message Hen { Egg b = 1; ${end} } message Egg { Hen a = 1; M m = 2; }`);
    expect(judge(cycle(""), cycle("bool z = 3;")).differences).toStrictEqual([
      "p.Hen: field 3 is new on the peer's side",
    ]);
  });
});

describe("the verdict on two schemas of proto2", () => {
  const head = 'syntax = "proto2";';
  const judge2 = (ours: string, theirs: string): Verdict => {
    const [own, other] = [ours, theirs].map((fields) => {
      const text = `message M { ${fields} } message N {} service S { rpc Do(M) returns (M); }`;
      return readTable(tableText(tableFrom(text, head)));
    });
    return compareTables("p.S", own, other);
  };

  it("tells which fields only one side requires", () => {
    const found = judge2("required int32 a = 1;", "optional int32 a = 1; required N b = 2;");
    expect(found).toStrictEqual({
      verdict: "compatible",
      differences: [
        "p.M: field 1 is int32! here and int32 on the peer's side (a message without it is refused by the side that requires it)",
        "p.M: field 2 is new on the peer's side (a message without it is refused by the side that requires it)",
      ],
    });
  });

  it("is refused for a group against a message, compatible for groups whose fields differ", () => {
    const group = "optional group A = 1 { optional int32 x = 1; }";
    expect(judge2(group, group)).toStrictEqual({ verdict: "equal", differences: [] });
    expect(judge2(group, "optional N a = 1;")).toStrictEqual({
      verdict: "refused",
      differences: ["p.M: field 1 is group<p.M.A> here and p.N on the peer's side"],
    });
    expect(judge2(group, "repeated group A = 1 { optional int32 x = 1; }").verdict).toBe("compatible");
    expect(judge2(group, group.replace("int32", "string"))).toStrictEqual({
      verdict: "refused",
      differences: ["p.M.A: field 1 is int32 here and string on the peer's side"],
    });
  });
});

describe("a hostile table", () => {
  const good = tableText(tableFrom(withFields("int32 a = 1; map<string, N> b = 2; repeated E e = 3;")));
  const fingerprint = fingerprintOf(good);
  const refusal = (text: string, expected?: string): string => {
    try {
      readTable(text, expected);
    } catch (error) {
      return String(error);
    }
    return "read";
  };

  it("is refused when it is cut short, anywhere", () => {
    expect(refusal(good, fingerprint)).toBe("read");
    for (let length = 0; length < good.length; length++) {
      expect(refusal(good.slice(0, length), fingerprint)).toContain("does not match the fingerprint");
      if (length > 0 && good[length - 1] !== "\n") expect(refusal(good.slice(0, length))).not.toBe("read");
    }
  });

  it.each([
    ["rpc Do unary p.M\n", "line 1 of the table cannot be understood"],
    ["rpc Do sometimes p.M p.M\nmessage p.M\n", "line 1"],
    ["message p.M 1:int32 1:int32\n", "line 1"],
    ["message p.M\nmessage p.M\n", "line 2"],
    ["message p.M 1:map<string,map<string,string>>\n", "line 1"],
    ["message p.M one:int32\n", "line 1"],
    ["message p.M 1:\n", "line 1"],
    ["enum p.E 0 x\n", "line 1"],
    ["message\n", "line 1"],
    [`message ${"a".repeat(2000)}\n`, "line 1"],
    ["rpc Do unary p.M p.M\n", "does not describe p.M"],
    ["rpc Do unary p.E p.E\nenum p.E 0\n", "does not describe p.E"],
    ["message p.M 1:p.Gone\n", "does not describe p.Gone"],
    ["message p.M 1:constructor\n", "does not describe constructor"],
    ["message p.M 1:map<p,p.M>\n", "does not describe p"],
    ["message p.M 1:group<int32>\n", "does not describe int32"],
    ["message p.M 1:group<p.E>\nenum p.E 0\n", "does not describe p.E"],
    ["message p.M 1:int32[]!\n", "line 1"],
  ])("is refused when it says %j", (text, why) => {
    expect(refusal(text)).toContain(`[failed_precondition]`);
    expect(refusal(text)).toContain(why);
  });

  it("may hold lines that a newer peer knows", () => {
    expect(refusal(`topic quotes p.M\n${good}`)).toBe("read");
  });

  it("is refused unread above 1 MiB", () => {
    expect(refusal(`message p.M\n${"x".repeat(1024 * 1024)}\n`)).toContain("longer than 1048576 bytes");
  });

  it("costs a bounded time however its messages are tangled", () => {
    const names = Array.from({ length: 300 }, (_, i) => `p.M${i}`);
    const tangle = (turn: number): string => {
      const line = (name: string, i: number): string =>
        `message ${name} ${names.map((_, k) => `${k + 1}:${names[(i * turn + k) % names.length]}`).join(" ")}\n`;
      return `rpc Do unary p.M0 p.M0\n${names.map(line).join("")}`;
    };
    const start = performance.now();
    expect(() => compareTables("p.S", readTable(tangle(1)), readTable(tangle(7)))).toThrow("take too long to compare");
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it("is named with at most a hundred differences of each kind", () => {
    const fields = Array.from({ length: 5000 }, (_, i) => ` ${i + 1}:int32`).join("");
    const table = (text: string) => readTable(`rpc Do unary p.M p.M\nmessage p.M${text}\n`);
    const verdict = compareTables("p.S", table(""), table(fields));
    expect(verdict.differences.length).toBe(100);
    expect(compareTables("p.S", table(fields.replaceAll("int32", "string")), table(fields)).differences.length).toBe(
      100,
    );
  });
});
