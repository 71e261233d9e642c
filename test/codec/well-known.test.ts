import { describe, expect, it } from "vitest";
import { Choice, WellKnown } from "../../schemas/gen/everything.js";
import { Any } from "../../schemas/gen/google/protobuf/any.js";
import { Duration } from "../../schemas/gen/google/protobuf/duration.js";
import { Empty } from "../../schemas/gen/google/protobuf/empty.js";
import { FieldMask } from "../../schemas/gen/google/protobuf/field_mask.js";
import { ListValue, Struct, Value } from "../../schemas/gen/google/protobuf/struct.js";
import { Timestamp } from "../../schemas/gen/google/protobuf/timestamp.js";
import { BytesValue, FloatValue, Int64Value, StringValue } from "../../schemas/gen/google/protobuf/wrappers.js";
import { Quote } from "../../schemas/gen/market.js";
import {
  anyIs,
  durationFromMs,
  durationToMs,
  fieldMaskFromText,
  fieldMaskToText,
  fromJson,
  type JsonValue,
  listValueFromJson,
  listValueToJson,
  packAny,
  structFromJson,
  structToJson,
  timestampFromDate,
  timestampFromMs,
  timestampToDate,
  timestampToMs,
  toJson,
  unpackAny,
  unwrap,
  valueFromJson,
  valueToJson,
  wrap,
} from "../../src/codec/index.js";

function refused(problem: string | RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

describe("a Timestamp", () => {
  it.each<[string, bigint, number]>([
    ["1970-01-01T00:00:00.000Z", 0n, 0],
    ["1969-12-31T23:59:59.999Z", -1n, 999_000_000],
    ["0001-01-01T00:00:00.000Z", -62_135_596_800n, 0],
    ["9999-12-31T23:59:59.999Z", 253_402_300_799n, 999_000_000],
    ["2024-02-29T12:30:00.250Z", 1_709_209_800n, 250_000_000],
  ])("is the Date %s", (text, seconds, nanos) => {
    const date = new Date(text);
    const timestamp: Timestamp = timestampFromDate(date);
    expect(timestamp).toStrictEqual({ seconds, nanos });
    expect(timestampToDate(timestamp)).toStrictEqual(date);
    expect(Timestamp.fromBytes(Timestamp.toBytes(timestamp))).toStrictEqual(timestamp);
  });

  it("is milliseconds, with a fraction one way and rounded down the other", () => {
    expect(timestampFromMs(1.5)).toStrictEqual({ seconds: 0n, nanos: 1_500_000 });
    expect(timestampFromMs(-1.5)).toStrictEqual({ seconds: -1n, nanos: 998_500_000 });
    expect(timestampFromMs(-1e-9)).toStrictEqual({ seconds: 0n, nanos: 0 });
    expect(timestampToMs({ seconds: -1n, nanos: 999_999_999 })).toBe(-1);
    expect(timestampToMs({ seconds: 1n, nanos: 999_999 })).toBe(1000);
    expect(timestampToMs({})).toBe(0);
  });

  it("is of the years 1 to 9999", () => {
    for (const ms of [Number.NaN, Infinity, 253_402_300_800_000, -62_135_596_800_001]) {
      expect(() => timestampFromMs(ms)).toThrow(refused(/is not in the years 1 to 9999/));
    }
    expect(() => timestampFromDate(new Date(Number.NaN))).toThrow(refused(/NaN ms/));
    for (const nanos of [-1, 1e9, 0.5]) {
      expect(() => timestampToDate({ seconds: 0n, nanos })).toThrow(refused(/no timestamp/));
      expect(() => toJson(Timestamp, { seconds: 0n, nanos })).toThrow(
        refused(/^google.protobuf.Timestamp: .* no timestamp/),
      );
    }
    expect(() => toJson(Timestamp, { seconds: 253_402_300_800n })).toThrow(refused(/no timestamp/));
  });

  it.each<[string, bigint, number, string]>([
    ["2024-02-29T12:30:00Z", 1_709_209_800n, 0, "2024-02-29T12:30:00Z"],
    ["2024-02-29T12:30:00.5Z", 1_709_209_800n, 500_000_000, "2024-02-29T12:30:00.500Z"],
    ["1969-12-31T23:59:59.999999Z", -1n, 999_999_000, "1969-12-31T23:59:59.999999Z"],
    ["2024-02-29T14:30:00.000000001+02:00", 1_709_209_800n, 1, "2024-02-29T12:30:00.000000001Z"],
    ["2024-02-29T12:00:00-00:30", 1_709_209_800n, 0, "2024-02-29T12:30:00Z"],
    ["0001-01-01T00:00:00Z", -62_135_596_800n, 0, "0001-01-01T00:00:00Z"],
  ])("is %s in JSON", (text, seconds, nanos, written) => {
    expect(fromJson(Timestamp, text)).toStrictEqual({ seconds, nanos });
    expect(toJson(Timestamp, { seconds, nanos })).toBe(written);
  });

  it.each<JsonValue>([
    "2024-02-30T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-02-29T24:00:00Z",
    "2024-02-29T00:00:60Z",
    "2024-02-29t00:00:00Z",
    "2024-02-29T00:00:00z",
    "2024-02-29 00:00:00Z",
    "2024-02-29T00:00:00",
    "2024-02-29T00:00:00.Z",
    "2024-02-29T00:00:00.0000000001Z",
    "2024-02-29T00:00:00+24:00",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "",
    0,
    {},
  ])("is not %j in JSON", (json) => {
    expect(() => fromJson(Timestamp, json)).toThrow(refused(/^google.protobuf.Timestamp: .* is not a time such as /));
  });
});

describe("a Duration", () => {
  it.each<[number, bigint, number]>([
    [0, 0n, 0],
    [1500, 1n, 500_000_000],
    [-1500, -1n, -500_000_000],
    [-0.25, 0n, -250_000],
    [999.9999999, 1n, 0],
  ])("is %d ms", (ms, seconds, nanos) => {
    const duration: Duration = durationFromMs(ms);
    expect(duration).toStrictEqual({ seconds, nanos });
    expect(durationToMs(duration)).toBeCloseTo(ms);
  });

  it("is of at most 10,000 years, and of one sign", () => {
    expect(() => durationFromMs(Infinity)).toThrow(refused(/Infinity ms are not within 10,000 years/));
    expect(() => durationFromMs(-315_576_000_001_000)).toThrow(refused(/not within/));
    for (const [seconds, nanos] of [
      [1n, -1],
      [-1n, 1],
      [0n, 1e9],
      [315_576_000_001n, 0],
    ] as const) {
      expect(() => durationToMs({ seconds, nanos })).toThrow(refused(/no duration/));
      expect(() => toJson(Duration, { seconds, nanos })).toThrow(refused(/^google.protobuf.Duration: .*no duration/));
    }
  });

  it.each<[string, bigint, number, string]>([
    ["0s", 0n, 0, "0s"],
    ["-0.5s", 0n, -500_000_000, "-0.500s"],
    ["1.000001s", 1n, 1000, "1.000001s"],
    ["-315576000000.999999999s", -315_576_000_000n, -999_999_999, "-315576000000.999999999s"],
  ])("is %s in JSON", (text, seconds, nanos, written) => {
    expect(fromJson(Duration, text)).toStrictEqual({ seconds, nanos });
    expect(toJson(Duration, { seconds, nanos })).toBe(written);
  });

  it.each<JsonValue>(["1", "1.s", ".5s", "1S", " 1s", "+1s", "1.0000000001s", "315576000001s", "1e3s", 1])(
    "is not %j in JSON",
    (json) => {
      expect(() => fromJson(Duration, json)).toThrow(refused(/is not a duration such as/));
    },
  );
});

describe("a FieldMask", () => {
  it("is paths with commas between them", () => {
    const mask: FieldMask = fieldMaskFromText("title,author.first_name");
    expect(mask).toStrictEqual({ paths: ["title", "author.first_name"] });
    expect(fieldMaskToText(mask)).toBe("title,author.first_name");
    expect(fieldMaskFromText("")).toStrictEqual({ paths: [] });
    for (const text of ["a,", "a..b", ".a", "a b", "1a"])
      expect(() => fieldMaskFromText(text)).toThrow(refused(/is no path/));
  });

  it("is in lowerCamelCase in JSON, where that can be undone", () => {
    const mask = { paths: ["title", "author.first_name"] };
    expect(toJson(FieldMask, mask)).toBe("title,author.firstName");
    expect(fromJson(FieldMask, "title,author.firstName")).toStrictEqual(mask);
    expect(fromJson(FieldMask, "")).toStrictEqual({ paths: [] });
    for (const path of ["a__b", "a_1", "aB", "a_"]) {
      expect(() => toJson(FieldMask, { paths: [path] })).toThrow(refused(/would be another one in JSON/));
    }
    expect(() => fromJson(FieldMask, "a_b")).toThrow(refused(/"a_b" is not a path in lowerCamelCase/));
  });
});

describe("a Struct", () => {
  const json = { a: [1, "b", null, { c: true }], "": {}, ["__proto__"]: [] };

  it("is a JSON object, and a Value or ListValue what stands in one", () => {
    const struct: Struct = structFromJson(json);
    expect(structToJson(struct)).toStrictEqual(json);
    expect(fromJson(Struct, json)).toStrictEqual(struct);
    expect(structToJson(Struct.fromBytes(Struct.toBytes(struct)))).toStrictEqual(json);
    const value: Value = valueFromJson(json);
    expect(valueToJson(value)).toStrictEqual(json);
    const list: ListValue = listValueFromJson(json.a);
    expect(listValueToJson(list)).toStrictEqual(json.a);
  });

  it("cannot say NaN, nothing at all, or half a character", () => {
    expect(() => valueFromJson(Number.NaN)).toThrow(refused(/NaN is not a JSON value/));
    expect(() => valueFromJson("\ud800")).toThrow(refused(/not valid Unicode/));
    expect(() =>
      structToJson({ fields: new Map([["a", { kind: { case: "numberValue", value: Infinity } }]]) }),
    ).toThrow(refused(/^google.protobuf.Struct: field "\[\\"a\\"\]": Infinity/));
    expect(() => toJson(Value, {})).toThrow(refused(/holds nothing/));
  });

  it("nests 100 deep and no deeper", () => {
    const nested = (depth: number): JsonValue => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    expect(valueToJson(valueFromJson(nested(100)))).toStrictEqual(nested(100));
    expect(() => valueFromJson(nested(101))).toThrow(refused(/nests deeper than 100/));
    const endless: ListValue = { values: [] };
    endless.values.push({ kind: { case: "listValue", value: endless } });
    expect(() => listValueToJson(endless)).toThrow(refused(/nests deeper than 100/));
  });

  it("takes null for a Value and leaves out any other field that is null", () => {
    const message = fromJson(WellKnown, { value: null, struct: null, any: null });
    expect(message).toStrictEqual(WellKnown.create({ value: { kind: { case: "nullValue", value: 0 } } }));
    expect(toJson(WellKnown, message)).toStrictEqual({ value: null });
  });
});

describe("a wrapper", () => {
  it("is the value that it holds", () => {
    expect(wrap(5n)).toStrictEqual({ value: 5n });
    expect(wrap(undefined)).toBeUndefined();
    expect(unwrap({ value: "a" })).toBe("a");
    expect(unwrap(undefined)).toBeUndefined();
  });

  it("is the value itself in JSON, its default, too", () => {
    expect(toJson(WellKnown, { int64Value: { value: 0n } })).toStrictEqual({ int64Value: "0" });
    expect(fromJson(WellKnown, { int64Value: "7" }).int64Value).toStrictEqual({ value: 7n });
    expect(toJson(Int64Value, {})).toBe("0");
    expect(fromJson(FloatValue, "NaN")).toStrictEqual({ value: Number.NaN });
    expect(fromJson(BytesValue, "AQ")).toStrictEqual({ value: Uint8Array.of(1) });
    expect(toJson(StringValue, { value: "a" })).toBe("a");
    expect(() => fromJson(StringValue, 1)).toThrow(refused(/^google.protobuf.StringValue: 1 is not a string/));
  });
});

describe("an Any", () => {
  const types = [Any, Quote, Duration, Choice, Empty];

  it("packs a message, tells what it is, and gives it back", () => {
    const any: Any = packAny(Quote, { symbol: "ACME", time: 5 });
    expect(any.typeUrl).toBe("type.googleapis.com/market.Quote");
    expect(anyIs(any, Quote)).toBe(true);
    expect(anyIs(any, Duration)).toBe(false);
    expect(anyIs({ typeUrl: "market.Quote" }, Quote)).toBe(false);
    expect(unpackAny(any, Quote)).toStrictEqual(Quote.create({ symbol: "ACME", time: 5 }));
    expect(() => unpackAny(any, Duration)).toThrow(
      refused(/"type.googleapis.com\/market.Quote" is no google.protobuf.Duration/),
    );
  });

  it.each<[string, Any, JsonValue]>([
    ["a message", packAny(Quote, { symbol: "A" }), { "@type": "type.googleapis.com/market.Quote", symbol: "A" }],
    [
      "a message with a form of its own",
      packAny(Duration, { seconds: 1n }),
      { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" },
    ],
    ["nothing of a type", packAny(Empty, {}), { "@type": "type.googleapis.com/google.protobuf.Empty" }],
    [
      "another Any",
      packAny(Any, packAny(Quote, {})),
      { "@type": "type.googleapis.com/google.protobuf.Any", value: { "@type": "type.googleapis.com/market.Quote" } },
    ],
    ["nothing", Any.create(), {}],
  ])("holds %s in JSON", (_, any, json) => {
    expect(toJson(Any, any, { types })).toStrictEqual(json);
    expect(fromJson(Any, json, { types })).toStrictEqual(any);
  });

  it.each<[string, JsonValue, RegExp]>([
    ["a type that was not given", { "@type": "a/b.C" }, /field "@type": the type "b.C" is not known: give its codec/],
    ["a type without a slash", { "@type": "market.Quote" }, /field "@type": "market.Quote" is not a type such as/],
    ["no type", { symbol: "A" }, /field "@type": undefined is not the type/],
    ["no value", { "@type": "a/google.protobuf.Duration" }, /has no value beside @type/],
    [
      "more than a value",
      { "@type": "a/google.protobuf.Duration", value: "1s", more: 1 },
      /field "more": only value may stand beside @type/,
    ],
    ["a wrong field", { "@type": "a/market.Quote", time: "x" }, /^google.protobuf.Any: field "time": "x" is not/],
    ["no object", "a", /is not an object/],
  ])("with %s is refused", (_, json, problem) => {
    expect(() => fromJson(Any, json, { types })).toThrow(refused(problem));
  });

  it("of a type that was not given, or with bytes that are no such message, cannot be written", () => {
    expect(() => toJson(Any, packAny(Quote, {}))).toThrow(refused(/the type "market.Quote" is not known/));
    const broken = { typeUrl: "a/market.Quote", value: Uint8Array.of(0xff) };
    expect(() => toJson(WellKnown, { any: broken }, { types })).toThrow(
      refused(/^everything.WellKnown: field "any": market.Quote: field 0: /),
    );
  });

  it("in an Any in an Any goes as deep as messages do, both ways", () => {
    let any: Any = Any.create();
    let json: JsonValue = {};
    for (let i = 0; i < 200; i++) {
      any = packAny(Any, any);
      json = { "@type": "type.googleapis.com/google.protobuf.Any", value: json };
    }
    expect(() => toJson(Any, any, { types })).toThrow(refused(/nests deeper than 100/));
    expect(() => fromJson(Any, json, { types })).toThrow(refused(/nests deeper than 100/));
  });
});
