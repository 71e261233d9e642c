import { join } from "node:path";
import type { FlatCodec } from "millrace/codec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareFlat } from "../../../codegen/breaking/flat/compare.js";
import { sideOf } from "../../../codegen/breaking/rules.js";
import { generate } from "../../../codegen/generate.js";
import { writeOutputs } from "../../../codegen/output.js";
import { folder } from "../../codegen/folder.js";
import { readFlat } from "../../codegen/fbs/read.js";

const OLD = `namespace shop;
enum Kind:ubyte { Plain, Fancy }
struct Place { x:float; y:float; }
table Note { text:string; }
union Extra { Note }
table Item {
  name:string (required);
  price:double;
  tags:[string];
  place:Place;
  kind:Kind;
  extra:Extra;
  count:int = 3;
}
`;
const NOW = `namespace shop;
enum Kind:ubyte { Plain, Fancy, Golden }
struct Place { x:float; y:float; }
table Note { text:string; author:string; }
table Code { number:long; }
union Extra { Note, Code }
table Item {
  name:string (required);
  price:double (deprecated);
  tags:[string];
  place:Place;
  kind:Kind;
  extra:Extra;
  count:int = 3;
  discount:double = 0.5;
  weight:int = null;
  notes:[Note];
  extras:[Extra];
  origin:Place;
}
`;

type Codec = FlatCodec<Readonly<Record<string, unknown>>>;
let old: Codec;
let now: Codec;

/** The codec of an item that code of a schema has. */
async function itemOf(schema: string): Promise<Codec> {
  const root = folder({ "shop.fbs": schema }, afterAll);
  writeOutputs(generate([join(root, "shop.fbs")], []), join(root, "gen"));
  const module: { readonly Item: Codec } = await import(join(root, "gen/shop.ts"));
  return module.Item;
}

beforeAll(async () => {
  [old, now] = [await itemOf(OLD), await itemOf(NOW)];
});

const common = { name: "wheel", tags: ["old", "oak"], place: { x: 1, y: 2 }, count: 5 };
const added = { discount: 0.25, weight: 0, notes: [{ text: "n", author: "a" }], origin: { x: 3, y: 4 } };

test("what changes between both schemas breaks nothing on the wire", () => {
  const findings = compareFlat(readFlat(OLD), readFlat(NOW));
  expect(findings.map(({ rule }) => `${sideOf(rule)} ${rule}`)).toStrictEqual(["source FIELD_NO_DELETE"]);
});

test("an old reader reads what a new writer has in common with it", () => {
  const bytes = now.toBytes({
    ...common,
    ...added,
    kind: 1,
    extra: { case: "Note", value: { text: "t", author: "b" } },
  });
  const extra = { case: "Note", value: { text: "t" } };
  expect(old.toObject(old.fromBytes(bytes))).toEqual({ ...common, price: 0, kind: 1, extra });
});

test("a new reader reads defaults for what an old writer does not know", () => {
  const bytes = old.toBytes({ ...common, price: 9.5, kind: 1, extra: { case: "Note", value: { text: "t" } } });
  expect(now.toObject(now.fromBytes(bytes))).toEqual({
    ...common,
    kind: 1,
    extra: { case: "Note", value: { text: "t", author: undefined } },
    discount: 0.5,
    weight: undefined,
    notes: undefined,
    extras: undefined,
    origin: undefined,
  });
});

test("values and members that an old reader does not know are a number and nothing", () => {
  const bytes = now.toBytes({ ...common, kind: 2, extra: { case: "Code", value: { number: 7n } } });
  expect(old.toObject(old.fromBytes(bytes))).toEqual({ ...common, price: 0, kind: 2, extra: undefined });
});

test("who passes a message on, passes on what it does not know, too", () => {
  const extra = { case: "Code", value: { number: 7n } };
  const extras = [extra, { case: "Note", value: { text: "t", author: "b" } }];
  const value = { ...common, ...added, kind: 2, extra, extras };
  const passed = old.toBytes(old.fromBytes(now.toBytes(value)));
  expect(now.toObject(now.fromBytes(passed))).toEqual(value);
});
