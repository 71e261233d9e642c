import { describe, expect, it } from "vitest";
import { readBinary } from "../../../codegen/fbs/binary/read.js";
import { flatc } from "./flatc.js";
import { problem, readFlat } from "./read.js";
import { REFUSED, REFUSED_HERE } from "./refused.js";
import { summary } from "./summary.js";
import { TAKEN } from "./taken.js";

/** Schemas of several files, the first of which includes the others. */
const SEVERAL: readonly (readonly [name: string, ...schemas: string[]])[] = [
  ["a type of an included file", 'include "b.fbs"; table A { b:B; }', "table B { a:int; }"],
  [
    "a namespace that two files share",
    'include "b.fbs"; namespace N; table A { b:B; }',
    "namespace N; table B { a:int; }",
  ],
  ["an enum of an included file", 'include "b.fbs"; table A { e:E = Y; }', "enum E:byte { X, Y }"],
  ["an attribute of an included file", 'include "b.fbs"; table A { a:int (mine); }', 'attribute "mine";'],
  ["a namespace that ends with its file", 'include "b.fbs"; table A { a:N.B; }', "namespace N; table B { a:int; }"],
  ["a root of an included file", 'include "b.fbs"; root_type B;', "table B { a:int; } root_type B;"],
  ["files that include each other", 'include "b.fbs"; table A { b:B; }', 'include "a.fbs"; table B { a:A; }'],
];

const NOT_SEVERAL: typeof SEVERAL = [
  ["a type of a file that is not included", "table A { b:B; }", "table B { a:int; }"],
  ["a type that both declare", 'include "b.fbs"; table A { a:int; }', "table A { b:int; }"],
  ["a type that is neither here nor there", 'include "b.fbs"; table A { b:C; }', "table B { a:int; }"],
  ["an error in an included file", 'include "b.fbs"; table A { a:int; }', "table B { a int; }"],
];

describe("what is refused here, flatc refuses, too", () => {
  it.each(REFUSED)("%s", async (_, schema) => {
    expect(await flatc(schema)).toHaveProperty("problem");
  });
});

describe("what is refused here because nothing good can be made of it, flatc takes", () => {
  it.each(REFUSED_HERE)("%s", async (_, schema) => {
    expect(await flatc(schema)).toHaveProperty("bytes");
  });
});

describe("flatc makes the same of a schema", () => {
  it.each([...TAKEN, ...SEVERAL])("%s", async (_, ...schemas) => {
    const theirs = await flatc(...schemas);
    if ("problem" in theirs) throw new Error(theirs.problem);
    const ours = summary(readFlat(...schemas));
    expect(ours).toStrictEqual(summary([readBinary(theirs.bytes, "a.bfbs", "a.bfbs")]));
    expect(ours).not.toStrictEqual([]);
  });
});

it("and of several files, which are refused together", async () => {
  for (const [name, main, ...others] of NOT_SEVERAL) {
    const included = main.startsWith("include") ? others : [];
    expect(problem(main, ...included), name).not.toBe("nothing");
    expect(await flatc(main, ...others), name).toHaveProperty("problem");
  }
});
