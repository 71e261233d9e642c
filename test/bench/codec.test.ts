import { describe, expect, test } from "vitest";
import { check, type Contender } from "../../bench/codec/contender.js";
import { contenders } from "../../bench/codec/contenders/index.js";
import { corpora, type Corpus } from "../../bench/codec/corpus.js";
import { inForm, jsonForm } from "../../bench/codec/form.js";
import { allocatedBy } from "../../bench/allocation/growth.js";
import { nsPerOperation } from "../../bench/time.js";
import { Attribute, Order, Profile, Text } from "../../schemas/gen/corpus.js";

const some = 6;
const protocolBuffers = new Set(["millrace", "millrace-owned", "protobufjs", "protobuf-es", "pbf"]);

/** The first values of a row, which say enough about a contender. */
function startOf(corpus: Corpus): Corpus {
  return { ...corpus, values: corpus.values.slice(0, some) };
}

describe.each([...contenders])("the contender %s", (name, contend) => {
  test.each(corpora.map((corpus) => [corpus.name, corpus] as const))("gets back what is in %s", (_, corpus) => {
    const contender = contend(startOf(corpus));
    const ours = contenders.get("millrace")!(startOf(corpus));
    for (let i = some; i-- > 0; ) {
      check(contender, i);
      if (protocolBuffers.has(name)) expect(contender.encode(i)).toBe(ours.encode(i));
    }
  });
});

test("a contender that loses a value, or writes nothing, is not measured", () => {
  const sound: Contender = { encode: () => 1, decode: (i) => ({ i }), expected: (i) => ({ i }) };
  expect(() => check(sound, 1)).not.toThrow();
  expect(() => check({ ...sound, decode: () => ({ i: 0 }) }, 1)).toThrow("value 1 did not come back");
  expect(() => check({ ...sound, encode: () => 0 }, 1)).toThrow("value 1 was encoded to nothing");
});

describe("the corpus", () => {
  test("has at least 64 values in each row, and a name for each row", () => {
    for (const { name, values } of corpora) expect(values.length, name).toBeGreaterThanOrEqual(64);
    expect(new Set(corpora.map(({ name }) => name)).size).toBe(corpora.length);
  });

  test("has strings of as many characters as their rows say", () => {
    const texts = corpora.filter(({ codec }) => codec.name === Text.name);
    expect(texts).toHaveLength(12);
    for (const { name, codec, values } of texts) {
      const lengths = values.map((value) => Array.from(Text.fromBytes(codec.toBytes(value)).text).length);
      expect(new Set(lengths), name).toEqual(new Set([Number(name.split(" ")[1])]));
    }
  });
});

test("a message takes the form of JSON: no absent fields, no oneof, no bigint, no bytes, no map", () => {
  const order = Order.create({ symbol: "ACME", client: Uint8Array.of(1, 2, 3), id: 2n ** 60n });
  expect(inForm(order, jsonForm)).toStrictEqual({
    symbol: "ACME",
    side: 0,
    quantity: 0,
    client: "AQID",
    id: "1152921504606846976",
  });
  const attribute = Attribute.create({ key: "retry", value: { case: "flag", value: false } });
  expect(inForm({ list: [attribute] }, jsonForm)).toStrictEqual({ list: [{ key: "retry", flag: false }] });
  const { preferences } = Profile.create({ preferences: new Map([["a", "b"]]) });
  expect(inForm({ preferences }, jsonForm)).toStrictEqual({ preferences: { a: "b" } });
});

test("a sample holds at least 1,000 operations, on all values in turn", () => {
  const seen: number[] = [];
  nsPerOperation((i) => seen.push(i), 64, { timeMs: 0, samples: 1 });
  expect(seen.length).toBeGreaterThanOrEqual(1_000);
  expect(seen.slice(0, 66)).toEqual([...Array(64).keys(), 0, 1]);
});

/** The median of nine: a collection that another thread's garbage caused disturbs one of them. */
function usuallyAllocatedBy(operation: (i: number) => unknown): number {
  return Array.from({ length: 9 }, () => allocatedBy(operation, 64)).toSorted((a, b) => a - b)[4];
}

test("what an operation allocates is counted, on the heap and beside it", () => {
  const beside = usuallyAllocatedBy(() => new ArrayBuffer(3_000));
  expect(beside).toBeGreaterThanOrEqual(3_000);
  expect(beside).toBeLessThan(3_500);
  const onHeap = usuallyAllocatedBy((i) => Array.from({ length: 100 }, () => i));
  expect(onHeap).toBeGreaterThanOrEqual(400);
  expect(onHeap).toBeLessThan(3_000);
});
