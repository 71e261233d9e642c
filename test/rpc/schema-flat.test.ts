import { describe, expect, test } from "vitest";
import { flatTableOf } from "../../codegen/fbs/table.js";
import { compareTables, type Verdict } from "../../src/rpc/schema-compare.js";
import { tableText } from "../../src/rpc/schema-describe.js";
import { readTable } from "../../src/rpc/schema-table.js";
import { readFlat } from "../codegen/fbs/read.js";
import { tableFrom } from "../codegen/schema.js";

/** A service whose request has these fields. */
function withFields(fields: string, more = ""): readonly string[] {
  const schema = `namespace p; ${more} table N { x: string; } table M { ${fields} } rpc_service S { Do(M): N; }`;
  return flatTableOf(readFlat(schema)[0].services[0]);
}

function judge(ours: readonly string[], theirs: readonly string[]): Verdict {
  const [own, other] = [ours, theirs].map((table) => readTable(tableText(table)));
  return compareTables("p.S", own, other);
}

const STRUCT = "struct P { a: int; b: [float:3]; }";

describe("services of .fbs schemas", () => {
  test("say what matters on the wire", () => {
    const more = `enum E: short { A } ${STRUCT} union U { N, P, T: string } `;
    const table = withFields(
      "e: E; p: P; u: U; us: [U]; n: [N] (required); old: int (deprecated); s: string (required);",
      more,
    );
    expect(table).toEqual([
      "rpc Do unary p.M p.N",
      expect.stringMatching(/^table p\.M 0:i16 1:struct\.16\.4\.[0-9a-f]{8} 3:p\.U 5:p\.U\[\] 6:p\.N\[\]! 8:text!$/),
      "table p.N 0:text",
      expect.stringMatching(/^union p\.U 1:p\.N 2:struct\.16\.4\.[0-9a-f]{8} 3:text$/),
    ]);
    expect(judge(table, table).verdict).toBe("equal");
  });

  test.each([
    ["a: int;", "a: int; b: string;", "p.M: field 1 is new on the peer's side"],
    ["a: int;", "a: uint;", "a value that one of them cannot hold arrives changed"],
    ["a: bool;", "a: ubyte;", "a value that one of them cannot hold arrives changed"],
    ["a: string;", "a: string (required);", "a message without it is refused"],
    [
      "a: [int];",
      "a: [int] (required);",
      "p.M: field 0 is i32[] here and i32[]! on the peer's side (a message without it is refused by the side that requires it)",
    ],
    [
      "a: [int];",
      "a: [int]; b: [N] (required);",
      "p.M: field 1 is new on the peer's side (a message without it is refused by the side that requires it)",
    ],
  ])("are compatible: %s for %s", (ours, theirs, said) => {
    const { verdict, differences } = judge(withFields(ours), withFields(theirs));
    expect([verdict, differences.join("\n")]).toEqual(["compatible", expect.stringContaining(said)]);
  });

  test.each([
    ["a: int;", "a: long;"],
    ["a: int;", "a: float;"],
    ["a: string;", "a: [ubyte];"],
    ["a: N;", "a: [N];"],
    ["a: N;", "a: string;"],
    ["a: P;", "a: N;"],
  ])("are refused: %s for %s", (ours, theirs) => {
    expect(judge(withFields(ours, STRUCT), withFields(theirs, STRUCT)).verdict).toBe("refused");
  });

  test("are refused when a struct lies otherwise, or a message of Protocol Buffers stands for a table", () => {
    const other = withFields("p: P;", "struct P { a: uint; b: [float:3]; }");
    expect(judge(withFields("p: P;", STRUCT), other).verdict).toBe("refused");
    const proto = tableFrom("message M { } message N { } service S { rpc Do(M) returns (N); }");
    expect(judge(withFields(""), proto)).toMatchObject({
      verdict: "refused",
      differences: expect.arrayContaining(["p.S: method Do takes a table here and a message on the peer's side"]),
    });
  });
});
