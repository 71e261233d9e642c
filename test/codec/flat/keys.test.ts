import { join } from "node:path";
import type { FlatCodec } from "millrace/codec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../../codegen/generate.js";
import { writeOutputs } from "../../../codegen/output.js";
import { folder } from "../../codegen/folder.js";
import { problemsIn } from "../../codegen/trees.js";

const SCHEMA = `namespace keys;
enum Kind:int { Plain, Fancy }
struct Part { origin:[ubyte:2]; weight:float; }
struct Whole { part:Part (key); tag:ubyte; }
struct Row { cells:[short:3] (key); tag:ubyte; }
table Store {
  wholes:[Whole];
  rows:[Row];
  kinds:[Kind] = [];
}
`;

interface Part {
  readonly origin: Uint8Array;
  readonly weight: number;
}
interface Store {
  readonly wholes?: Iterable<{ readonly part: Part; readonly tag: number }>;
  readonly rows?: Iterable<{ readonly cells: Int16Array; readonly tag: number }>;
  readonly kinds?: Iterable<number>;
}

interface Generated {
  readonly Store: FlatCodec<Store>;
  findWhole(list: Store["wholes"], part: Part): { readonly tag: number } | undefined;
  findRow(list: Store["rows"], cells: Int16Array): { readonly tag: number } | undefined;
}

let generated: Generated;
let gen: string;

beforeAll(async () => {
  const root = folder({ "keys.fbs": SCHEMA }, afterAll);
  gen = join(root, "gen");
  writeOutputs(generate([join(root, "keys.fbs")], []), gen);
  const module: Generated = await import(join(gen, "keys.ts"));
  generated = module;
});

const part = (a: number, b: number, weight: number): Part => ({ origin: Uint8Array.of(a, b), weight });

test("lists with structs as keys are sorted field by field, with arrays as keys item by item, and found so", () => {
  const { Store } = generated;
  const wholes = [part(2, 0, 0), part(1, 9, 2), part(1, 9, -1), part(1, 200, 0)].map((key, tag) => ({
    part: key,
    tag,
  }));
  const rows = [
    [3, 0, 0],
    [-1, 5, 5],
    [-1, 5, -5],
  ].map((cells, tag) => ({ cells: Int16Array.from(cells), tag }));
  const store = Store.fromBytes(Store.toBytes({ wholes, rows }));
  expect(Array.from(store.wholes ?? [], ({ tag }) => tag)).toStrictEqual([2, 1, 3, 0]);
  expect(Array.from(store.rows ?? [], ({ tag }) => tag)).toStrictEqual([2, 1, 0]);
  expect(generated.findWhole(store.wholes, part(1, 200, 0))?.tag).toBe(3);
  expect(generated.findRow(store.rows, Int16Array.of(-1, 5, 5))?.tag).toBe(1);
  expect(generated.findRow(store.rows, Int16Array.of(-1, 5, 6))).toBeUndefined();
});

test("a list of an enum's values that is empty unless it is given, is a list", () => {
  const { Store } = generated;
  expect(Array.from(Store.create().kinds ?? [0])).toStrictEqual([]);
  expect(Array.from(Store.fromBytes(Store.toBytes({ kinds: [1, 0] })).kinds ?? [])).toStrictEqual([1, 0]);
});

test("code for such keys and lists compiles under the strictest options", () => {
  expect(problemsIn(gen, ["keys.ts"])).toStrictEqual([]);
});
