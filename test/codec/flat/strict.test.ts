import { join } from "node:path";
import type { FlatCodec } from "millrace/codec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../../codegen/generate.js";
import { writeOutputs } from "../../../codegen/output.js";
import { folder } from "../../codegen/folder.js";
import { problemsIn } from "../../codegen/trees.js";

interface Block {
  readonly cells: Uint8Array;
}
interface Large {
  readonly first?: Block | undefined;
  readonly second?: Block | undefined;
}

let gen: string;

beforeAll(() => {
  const root = folder({ "little.fbs": SCHEMA }, afterAll);
  gen = join(root, "gen");
  writeOutputs(generate([join(root, "little.fbs")], []), gen);
});

test("code for unions and tables that have nothing in them compiles under the strictest options", () => {
  expect(problemsIn(gen, ["little.ts"])).toStrictEqual([]);
});

test("a table whose fields take more than 65,535 bytes is refused when it has them, not when it might", async () => {
  const module: { readonly Large: FlatCodec<Large> } = await import(join(gen, "little.ts"));
  const { Large } = module;
  const block = (value: number): Block => ({ cells: new Uint8Array(40_000).fill(value) });
  for (const one of [{ first: block(1) }, { second: block(2) }]) {
    expect(Large.toObject(Large.fromBytes(Large.toBytes(one)))).toStrictEqual({
      first: undefined,
      second: undefined,
      ...one,
    });
  }
  const both = { first: block(1), second: block(2) };
  expect(() => Large.toBytes(both)).toThrow("the fields of one table take more than 65535 bytes");
});

const SCHEMA = `namespace little;
union Nothing { }
table Empty { }
table Holder { one: Nothing; many: [Nothing]; empty: Empty; }
struct Block { cells: [ubyte:40000]; }
table Large { first: Block; second: Block; }
`;
