import { describe, expect, it } from "vitest";
import { compareFlat } from "../../codegen/breaking/flat/compare.js";
import { FLAT_RULES, RULES } from "../../codegen/breaking/rules.js";
import { FLAT_CASES, type FlatCase } from "./breaking-flat-cases.js";
import { conform } from "./fbs/flatc.js";
import { readFlat } from "./fbs/read.js";

function broken({ old, now }: Pick<FlatCase, "old" | "now">): string[] {
  return compareFlat(readFlat(old), readFlat(now))
    .map(({ rule }) => rule)
    .sort();
}

describe("millrace check finds what is broken, and flatc --conform nothing that it does not, either", () => {
  it.each(FLAT_CASES.map((one) => [one.change, one] as const))("when %s", (_, one) => {
    expect(broken(one)).toStrictEqual([...one.broken].sort());
    const theirs = conform(one.old, one.now);
    if (one.broken.length === 0 || one.stricter === true) expect(theirs).toBe("");
    else expect(theirs).not.toBe("");
  });
});

it("each rule for FlatBuffers is broken by a case, or is about several files", () => {
  const seen = new Set(FLAT_CASES.flatMap((one) => one.broken));
  expect(Object.keys(FLAT_RULES).filter((rule) => !seen.has(rule))).toStrictEqual(["FILE_NO_DELETE", "TYPE_SAME_FILE"]);
});

it("a rule that both languages have is about the same side in both", () => {
  const sides: ReadonlyMap<string, string> = new Map(Object.entries(RULES));
  for (const [rule, side] of Object.entries(FLAT_RULES)) expect(side, rule).toBe(sides.get(rule) ?? side);
});
