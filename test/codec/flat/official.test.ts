import fc from "fast-check";
import type { FlatCodec } from "millrace/codec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Directory, Quote, Series } from "../../../schemas/gen/book.js";
import { Lists, Numbered, Scalars, World } from "../../../schemas/gen/world.js";
import { folder } from "../../codegen/folder.js";
import { directories, quotes, series } from "./book.js";
import { common, generateOfficial, type OfficialTable, officialTable, suited } from "./official.js";
import { worlds } from "./world.js";

let official = "";

beforeAll(async () => {
  official = folder({}, (remove) => afterAll(remove));
  await generateOfficial(official, ["world.fbs", "geometry.fbs", "book.fbs"]);
}, 60_000);

describe("the official runtime and the code that flatc makes for it", () => {
  test.each<[file: string, codec: FlatCodec<object>, values: fc.Arbitrary<object>, identifier?: string]>([
    ["world/world", World, worlds, "WRLD"],
    ["world/numbered", Numbered, worlds.map(({ at, name, item }) => ({ first: at >> 1, second: name, choice: item }))],
    ["world/scalars", Scalars, worlds.map(({ scalars }) => scalars ?? {})],
    ["world/lists", Lists, worlds.map(({ lists }) => lists ?? {})],
    ["book/quote", Quote, quotes],
    ["book/series", Series, series],
    ["book/directory", Directory, directories],
  ])("read what we write, and we read what they write: %s", async (file, codec, values, identifier) => {
    const name = codec.name.split(".").at(-1)!;
    const table: OfficialTable = await officialTable(official, file, name, identifier);
    fc.assert(
      fc.property(values, (value) => {
        const sent = suited(codec.create(value));
        const theirs = table.unpack(codec.toBytes(sent));
        expect(common(theirs)).toEqual(common(sent));
        expect(common(codec.toObject(codec.fromBytes(table.pack(theirs), { utf8: true })))).toEqual(common(sent));
      }),
    );
  });
});
