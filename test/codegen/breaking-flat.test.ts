import { describe, expect, it } from "vitest";
import { compareFlat } from "../../codegen/breaking/flat/compare.js";
import { FLAT_RULES, RULES, sideOf } from "../../codegen/breaking/rules.js";
import { flatTableOf } from "../../codegen/fbs/table.js";
import { compareTables } from "../../src/rpc/schema-compare.js";
import { tableText } from "../../src/rpc/schema-describe.js";
import { readTable } from "../../src/rpc/schema-table.js";
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

/** A schema with a service whose one message has a field of each type. */
function served(schema: string, names: readonly string[]): readonly string[] {
  const fields = names.map((name) => `of_${name.toLowerCase()}: ${name};`);
  const text = `${schema} table Message { ${fields.join(" ")} } rpc_service Last { Do(Message): Message; }`;
  return flatTableOf(readFlat(text)[0].services.find(({ name }) => name === "Last")!);
}

function typesIn(schema: string): string[] {
  return [...schema.matchAll(/(?:table|struct|enum|union) (\w+)/g)].map(([, name = ""]) => name);
}

it("what peers of both versions refuse to call breaks the wire, too", () => {
  const refused = FLAT_CASES.filter(({ old, now }) => {
    const names = typesIn(old).filter((name) => typesIn(now).includes(name) && !now.includes("namespace"));
    const [ours, theirs] = [now, old].map((schema) => readTable(tableText(served(schema, names))));
    return compareTables("Last", ours, theirs).verdict === "refused";
  });
  expect(refused.length).toBeGreaterThan(15);
  const isWire = (one: FlatCase): boolean =>
    compareFlat(readFlat(one.old), readFlat(one.now)).some(({ rule }) => sideOf(rule) === "wire");
  expect(refused.filter((one) => !isWire(one)).map(({ change }) => change)).toStrictEqual([]);
});

it("each rule for FlatBuffers is broken by a case, or is about several files", () => {
  const seen = new Set(FLAT_CASES.flatMap((one) => one.broken));
  expect(Object.keys(FLAT_RULES).filter((rule) => !seen.has(rule))).toStrictEqual(["FILE_NO_DELETE", "TYPE_SAME_FILE"]);
});

it("a rule that both languages have is about the same side in both", () => {
  const sides: ReadonlyMap<string, string> = new Map(Object.entries(RULES));
  for (const [rule, side] of Object.entries(FLAT_RULES)) expect(side, rule).toBe(sides.get(rule) ?? side);
});
