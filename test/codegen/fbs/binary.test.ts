import { describe, expect, it } from "vitest";
import { readBinary } from "../../../codegen/fbs/binary/read.js";
import { LoadError } from "../../../codegen/load-error.js";
import { bfbs } from "./flatc.js";

/** What is wrong with a `.bfbs` file, or `nothing`. */
function problem(bytes: Uint8Array): string {
  try {
    readBinary(bytes, "a.bfbs", "a.bfbs");
    return "nothing";
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return error.message;
  }
}

/** All ways to put other bytes of the same number where some stand. */
function patched(bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array[] {
  const copies: Uint8Array[] = [];
  for (let at = 0; at + from.length <= bytes.length; at++) {
    if (!from.every((byte, i) => bytes[at + i] === byte)) continue;
    const copy = bytes.slice();
    copy.set(to, at);
    copies.push(copy);
  }
  return copies;
}

function ascii(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

/** A schema with as many tables as said, which are one and the same, with as many fields, which are the same, too. */
function folded(count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(88 + 8 * count));
  const shorts = (at: number, ...values: readonly number[]): void => {
    values.forEach((value, i) => view.setUint16(at + 2 * i, value, true));
  };
  const reference = (at: number, to: number): void => view.setUint32(at, to - at, true);
  const list = (at: number, to: number): void => {
    view.setUint32(at, count, true);
    for (let i = 0; i < count; i++) reference(at + 4 + 4 * i, to);
  };
  const table = 36 + 4 * count;
  const fields = table + 12;
  const field = fields + 12 + 4 * count;
  reference(0, 16);
  ascii("BFBS").forEach((byte, i) => view.setUint8(4 + i, byte));
  // The schema and a table, each behind its vtable, and behind them what they have.
  shorts(8, 6, 8, 4);
  view.setInt32(16, 8, true);
  reference(20, 24);
  list(24, table);
  shorts(table - 8, 8, 12, 4, 8);
  view.setInt32(table, 8, true);
  reference(table + 4, field + 16);
  reference(table + 8, fields);
  list(fields, field);
  // A field with its vtable before it, its name, and its type, which has the vtable of an empty table.
  shorts(field - 8, 8, 12, 4, 8);
  view.setInt32(field, 8, true);
  reference(field + 4, field + 16);
  reference(field + 8, field + 24);
  shorts(field + 12, 4, 4);
  view.setUint32(field + 16, 1, true);
  view.setUint8(field + 20, 0x61);
  view.setInt32(field + 24, 12, true);
  return new Uint8Array(view.buffer);
}

describe("a .bfbs file that is damaged, or means harm, is refused", () => {
  it("if it is another file", () => {
    expect(problem(new Uint8Array())).toBe(
      "a.bfbs is not a FlatBuffers schema: it does not have BFBS at its fifth byte",
    );
    expect(problem(new Uint8Array(100))).toMatch("it does not have BFBS at its fifth byte");
    expect(problem(Uint8Array.from(ascii("\xff\xff\xff\xffBFBS")))).toMatch("a.bfbs is not a FlatBuffers schema: ");
  });

  it("wherever it is cut off", async () => {
    const bytes = await bfbs("namespace N; table A { a:int; b:string; } struct S { a:int; } enum E:byte { X }");
    // Its last three bytes are there for alignment only.
    const found = Array.from({ length: bytes.length - 3 }, (_, end) => problem(bytes.subarray(0, end)));
    expect(found.filter((text) => !text.startsWith("a.bfbs is not a FlatBuffers schema: "))).toStrictEqual([]);
    expect(problem(bytes)).toBe("nothing");
  });

  it("if its lists lie over one another, before reading it takes forever", () => {
    expect(problem(folded(1))).toBe("a.bfbs:1:1: a.a is not in the slot it tells");
    expect(problem(folded(20_000))).toBe("a.bfbs is not a FlatBuffers schema: its parts lie over one another");
  });

  it.each([
    ["a type", "table Harmless { a:int; }", "Harmless", "H{};alert"],
    ["a field", "table A { harmless:int; }", "harmless", "h();alert"],
    ["a value", "enum E:int { harmless }", "harmless", "h='alert'"],
    ["a method", "table A { a:int; } rpc_service S { harmless(A):A; }", "harmless", "h(alert)."],
    ["a service", "table A { a:int; } rpc_service Harmless { M(A):A; }", "Harmless", "H /*alert"],
  ])("if the name of %s is none", async (_, schema, from, to) => {
    const [bytes] = patched(await bfbs(schema), ascii(from), ascii(to.slice(0, from.length)));
    expect(problem(bytes)).toMatch(/^a\.bfbs:1:1: "h.*" cannot be a name$/i);
  });

  it("if a struct is not laid out as its fields are", async () => {
    const bytes = await bfbs("struct A { a:[ubyte:12345]; b:int; }");
    const size = [12_352 & 255, 12_352 >> 8];
    const found = patched(bytes, size, [size[0] + 4, size[1]]).map(problem);
    expect(found).toContain("a.bfbs:1:1: the size of A is wrong");
    const offset = [12_348 & 255, 12_348 >> 8];
    const moved = patched(bytes, offset, [offset[0] - 4, offset[1]]).map(problem);
    expect(moved).toContain("a.bfbs:1:1: A.b is not where it belongs");
  });

  it("if it has what is not supported", async () => {
    expect(problem(await bfbs("table A { a:[ubyte] (vector64); }", []))).toBe("a.bfbs:1:1: A.a has 64-bit offsets");
    expect(problem(await bfbs('table A { a:string = "b"; }'))).toBe(
      "a.bfbs:1:1: A.a has a default value, which a .bfbs file does not tell: use the .fbs file",
    );
  });
});

it("a .bfbs file that was made without attributes and comments tells the types all the same", async () => {
  const schema =
    "enum F:ubyte (bit_flags) { X, Y } union U { A }\n/// about A\ntable A { a:int (deprecated); f:F; u:U; k:uint (key); }";
  const { tables, enums, unions } = readBinary(await bfbs(schema, []), "a.bfbs", "a.bfbs");
  expect(tables[0].fields.map(({ name, slot }) => `${name} ${slot}`)).toStrictEqual(["a 0", "f 1", "u 3", "k 4"]);
  expect(tables[0].fields.filter(({ key, deprecated }) => key || deprecated).map(({ name }) => name)).toStrictEqual([
    "a",
    "k",
  ]);
  expect(tables[0].doc).toStrictEqual([]);
  expect(enums[0].values.map(({ number }) => number)).toStrictEqual([1n, 2n]);
  expect(unions[0].members.map(({ type }) => type.kind === "type" && type.ref.target)).toStrictEqual([tables[0]]);
});

it("a .bfbs file does not tell default values of ulong from 2⁶³ on from 0, as the page on commands says", async () => {
  const [none, ...lost] = await Promise.all(
    ["", " = 9223372036854775808", " = 18446744073709551615"].map((value) => bfbs(`table A { a:ulong${value}; }`)),
  );
  for (const bytes of lost) expect(bytes).toStrictEqual(none);
});
