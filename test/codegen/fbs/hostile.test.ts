import { describe, expect, it } from "vitest";
import { problem, readFlat } from "./read.js";

/** How long something takes, in milliseconds. */
function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The shortest of three runs, so that a busy machine does not matter. */
function best(run: () => void): number {
  return Math.min(time(run), time(run), time(run));
}

function many(count: number, item: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(" ");
}

describe("a schema that means harm is read or refused, and soon", () => {
  it.each([
    [
      "brackets that nest",
      `table A { a:${"[".repeat(100_000)}`,
      "a.fbs:1:14: a list cannot hold lists: put the inner one into a table",
    ],
    ["calls that nest", `table A { a:float = ${"sin(".repeat(100_000)}`, "a.fbs:1:277: a value nests deeper than 64"],
    [
      "data that nests",
      `table A { a:int; } root_type A; ${'{"a":['.repeat(100_000)}`,
      "a.fbs:1:600033: the file ends: expected ']'",
    ],
    [
      "a namespace of many parts",
      `namespace a${".a".repeat(100)};`,
      "a.fbs:1:11: a namespace has no more than 100 parts",
    ],
    ["a name of a megabyte", `table ${"a".repeat(1_000_000)} {}`, "a.fbs:1:7: a name of more than 1000 characters"],
    [
      "a number of a megabyte",
      `table A { a:int = ${"1".repeat(1_000_000)}; }`,
      "a.fbs:1:19: a number of more than 1000 characters",
    ],
    ["a comment that does not end", `/*${" *".repeat(1_000_000)}`, "a.fbs:1:1: a comment that does not end"],
    [
      "a table of too many fields",
      `table A { ${many(32_767, (i) => `a${i}:int;`)} }`,
      "a.fbs:1:382093: a table has no more than 32766 slots",
    ],
  ])("%s", (_, schema, expected) => {
    expect(time(() => expect(problem(schema)).toBe(expected))).toBeLessThan(5_000);
  });

  it.each([
    ["a string of ten megabytes", `table A { a:string = "${"a".repeat(10_000_000)}"; }`],
    ["a string of a million escapes", `table A { a:string = "${String.raw`\n`.repeat(1_000_000)}"; }`],
    ["a million comments", `${"/**/".repeat(1_000_000)} table A { a:int; }`],
    ["a table of as many fields as there can be", `table A { ${many(32_766, (i) => `a${i}:int;`)} }`],
    ["data of a million items", `table A { a:[int]; } root_type A; { a: [${"1,".repeat(1_000_000)}] }`],
  ])("%s", (_, schema) => {
    expect(time(() => expect(problem(schema)).toBe("nothing"))).toBeLessThan(10_000);
  });

  it("an enum of 200,000 values, which many default values name, in time that grows with it", () => {
    const schema = (count: number): string => {
      const names = many(count, (i) => `V${i},`);
      return `enum E:int { ${names} } ${many(count / 20, (i) => `table T${i} { a:E = V${count - 1}; b:E = ${count - 2}; }`)}`;
    };
    const [small, large] = [schema(20_000), schema(200_000)];
    const once = best(() => readFlat(small));
    expect(time(() => expect(problem(large)).toBe("nothing"))).toBeLessThan(50 * once);
  });

  it("names that nothing declares, in time that grows with them", () => {
    const schema = (count: number): string =>
      `namespace ${many(100, () => "n").replaceAll(" ", ".")}; ${many(count, (i) => `table T${i} { a:U${i}; }`)}`;
    const once = best(() => problem(schema(300)));
    const large = schema(3_000);
    expect(time(() => expect(problem(large)).toMatch("U0 is neither declared here nor in"))).toBeLessThan(50 * once);
  });

  it("structs that double in size", () => {
    const schema = `struct S0 { a:long; } ${many(40, (i) => `struct S${i + 1} { a:S${i}; b:S${i}; }`)}`;
    expect(problem(schema)).toMatch(/^a\.fbs:1:\d+: b lies 65536 bytes into its struct: 65535 at most$/);
  });
});
