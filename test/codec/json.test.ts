import { describe, expect, it } from "vitest";
import { Choice, Lists, Map as Tree, Maps, Names, Numbers, Optionals, Scalars } from "../../schemas/gen/everything.js";
import {
  Closed,
  Extended,
  Extended_nested,
  Groups,
  number_,
  point,
  points,
  Required,
} from "../../schemas/gen/legacy.js";
import { Order } from "../../schemas/gen/market.js";
import {
  fromJson,
  fromJsonString,
  getExtension,
  type JsonValue,
  type MessageCodec,
  setExtension,
  toJson,
  toJsonString,
  UNKNOWN,
} from "../../src/codec/index.js";

function refused(problem: string | RegExp): object {
  return expect.objectContaining({ code: "invalid_argument", text: expect.stringMatching(problem) });
}

describe("a message as JSON", () => {
  it("has its fields under their names in JSON, and none that holds its default", () => {
    const order = {
      symbol: "ACME",
      side: 1,
      quantity: 0,
      limitPrice: 0,
      clientId: Uint8Array.of(1, 2, 253, 254, 255),
    } as const;
    expect(toJson(Order, order)).toStrictEqual({
      symbol: "ACME",
      side: "SIDE_BUY",
      limitPrice: 0,
      clientId: "AQL9/v8=",
    });
    expect(fromJson(Order, toJson(Order, order))).toStrictEqual({ ...order });
  });

  it("has defaults, empty lists and empty maps if asked for, but not what can be told from nothing", () => {
    expect(toJson(Order, {}, { emitDefaults: true })).toStrictEqual({
      symbol: "",
      side: "SIDE_UNSPECIFIED",
      quantity: 0,
      clientId: "",
    });
    expect(Object.values(toJson(Optionals, {}, { emitDefaults: true }) ?? {})).toStrictEqual([]);
    expect(toJson(Choice, {}, { emitDefaults: true })).toStrictEqual({ after: "" });
    expect(toJson(Lists, {}, { emitDefaults: true })).toMatchObject({ double: [], scalars: [] });
    expect(toJson(Maps, {}, { emitDefaults: true })).toMatchObject({ string: {}, bool: {} });
  });

  it("has the names of the schema and the numbers of enums if asked for", () => {
    const order = { limitPrice: 1.5, side: 1 } as const;
    expect(toJson(Order, order, { useProtoNames: true, enumsAsNumbers: true })).toStrictEqual({
      side: 1,
      limit_price: 1.5,
    });
  });

  it("says 64-bit integers as strings, what no JSON number can say by its name, and floats in few digits", () => {
    const value = { int64: -(2n ** 63n), uint64: 2n ** 64n - 1n, double: Number.NaN, float: -Infinity };
    expect(toJson(Scalars, value)).toStrictEqual({
      double: "NaN",
      float: "-Infinity",
      int64: "-9223372036854775808",
      uint64: "18446744073709551615",
    });
    expect(toJson(Scalars, { float: Math.fround(0.1), double: Math.fround(0.1) })).toStrictEqual({
      float: 0.1,
      double: 0.10000000149011612,
    });
    expect(fromJsonString(Scalars, toJsonString(Scalars, { double: -0, float: -0 }))).toMatchObject({
      double: -0,
      float: -0,
    });
    expect(toJson(Numbers, { int64: 5 })).toStrictEqual({ int64: "5" });
  });

  it("says an enum's number that has no name as a number, and of two names the first", () => {
    expect(toJson(Scalars, { level: 1 })).toStrictEqual({ level: "LEVEL_LOW" });
    const newer = Scalars.fromBytes(Uint8Array.of(0x80, 0x01, 0x09));
    expect(toJson(Scalars, newer)).toStrictEqual({ level: 9 });
    expect(fromJson(Scalars, { level: 9 })).toStrictEqual(newer);
    expect(fromJson(Scalars, { level: "LEVEL_SMALL" }).level).toBe(1);
  });

  it("is text that JSON.parse reads", () => {
    const text = toJsonString(Lists, { string: ['"\\\n\u2028'], scalars: [{ ...Scalars.create(), int32: 5 }] });
    expect(JSON.parse(text)).toStrictEqual({ string: ['"\\\n\u2028'], scalars: [{ int32: 5 }] });
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "text in half a character",
      () => toJson(Scalars, { string: "a\ud800" }),
      /^everything.Scalars: field "string": .*not valid Unicode/,
    ],
    [
      "a message that is none",
      () => toJson(Lists, { scalars: [JSON.parse("5")] }),
      /field "scalars\[0\]": 5 is not a message/,
    ],
    [
      "a number out of range",
      () => toJson(Scalars, { int32: 2 ** 31 }),
      /field "int32": 2147483648 is not a 32-bit integer/,
    ],
    [
      "a list that is none",
      () => toJson(Lists, { int32: JSON.parse("{}") }),
      /field "int32": an object is not an array/,
    ],
    ["a map that is none", () => toJson(Maps, { int32: JSON.parse("{}") }), /field "int32": an object is not a Map/],
    ["bytes that are none", () => toJson(Scalars, { bytes: JSON.parse("[]") }), /field "bytes": .*not a Uint8Array/],
    ["a message that lacks a required field", () => toJson(Required, { id: 1 }), /field "name": is required/],
  ])("cannot be made of %s", (_, step, problem) => {
    expect(step).toThrow(refused(problem));
  });
});

describe("JSON as a message", () => {
  it("may name fields as the schema does", () => {
    expect(fromJson(Order, { limit_price: 2, client_id: "" })).toStrictEqual(Order.create({ limitPrice: 2 }));
  });

  it.each<[Exclude<keyof Scalars, symbol>, JsonValue, unknown]>([
    ["int32", "5", 5],
    ["int32", 1e5, 100_000],
    ["int32", "1.0", 1],
    ["int32", "-0.5e1", -5],
    ["int32", "1e5", 100_000],
    ["int32", "100e-2", 1],
    ["uint32", "4294967295", 4_294_967_295],
    ["int64", 5, 5n],
    ["int64", "-9223372036854775808", -(2n ** 63n)],
    ["uint64", "18446744073709551615", 2n ** 64n - 1n],
    ["int64", "0e999999999", 0n],
    ["double", "1.5e-3", 0.0015],
    ["double", "Infinity", Infinity],
    ["double", "-0", -0],
    ["float", 0.1, Math.fround(0.1)],
    ["bytes", "-_8", Uint8Array.of(0xfb, 0xff)],
    ["bytes", "+/8=", Uint8Array.of(0xfb, 0xff)],
    ["bytes", "AA==", Uint8Array.of(0)],
    ["bytes", "AA", Uint8Array.of(0)],
    ["string", "\u{1f600}\ufeff\0", "\u{1f600}\ufeff\0"],
    ["level", -1, -1],
    ["level", "LEVEL_HIGH", 2_147_483_647],
    ["bool", null, false],
  ])("may say %s as %j", (field, json, value) => {
    expect(fromJson(Scalars, { [field]: json })[field]).toStrictEqual(value);
  });

  it.each<[Exclude<keyof Scalars, symbol>, JsonValue]>([
    ["int32", 1.5],
    ["int32", "1.5"],
    ["int32", ""],
    ["int32", " 1"],
    ["int32", "+1"],
    ["int32", "01"],
    ["int32", "0x1"],
    ["int32", "1e"],
    ["int32", "2147483648"],
    ["int32", 2_147_483_648],
    ["int32", true],
    ["int32", [1]],
    ["uint32", -1],
    ["uint32", 4_294_967_296],
    ["int64", "9223372036854775808"],
    ["int64", 2 ** 63],
    ["int64", "1e999999999"],
    ["int64", "9".repeat(1_000_000)],
    ["int64", "1e-999999999"],
    ["int64", "NaN"],
    ["uint64", "-1"],
    ["uint64", "18446744073709551616"],
    ["double", "1.7976931348623159e309"],
    ["double", Infinity],
    ["double", "infinity"],
    ["double", ".5"],
    ["double", ""],
    ["double", {}],
    ["float", 3.5e38],
    ["bool", "true"],
    ["bool", 1],
    ["string", 1],
    ["string", "\udc00\ud800"],
    ["bytes", "A"],
    ["bytes", "A==="],
    ["bytes", "A A="],
    ["bytes", "AA=A"],
    ["bytes", "é"],
    ["level", "NONE"],
    ["level", "1"],
    ["level", 0.5],
    ["level", 2 ** 31],
  ])("may not say %s as %j", (field, json) => {
    expect(() => fromJson(Scalars, { [field]: json })).toThrow(
      refused(`^everything.Scalars: field "${field}": .* is not `),
    );
  });

  it("leaves out what is null, but in a list or a map", () => {
    expect(fromJson(Optionals, { int32: null, scalars: null })).toStrictEqual(Optionals.create());
    expect(fromJson(Lists, { int32: null, scalars: null })).toStrictEqual(Lists.create());
    expect(fromJson(Choice, { text: null, bool: true }).kind).toStrictEqual({ case: "bool", value: true });
    expect(() => fromJson(Lists, { int32: [1, null] })).toThrow(refused(/field "int32\[1\]": null is not/));
    expect(() => fromJson(Lists, { scalars: [null] })).toThrow(refused(/field "scalars\[0\]": null is not an object/));
    expect(() => fromJson(Maps, { string: { a: null } })).toThrow(refused(/field "string\[\\?"a\\?"\]"?: null is not/));
  });

  it("has keys of maps of their type", () => {
    const json = { int64: { "-5": "AQ==" }, bool: { true: 1, false: 2 }, uint32: { "1e2": true } };
    const maps = fromJson(Maps, json);
    expect([...maps.int64]).toStrictEqual([[-5n, Uint8Array.of(1)]]);
    expect([...maps.bool]).toStrictEqual([
      [true, 1],
      [false, 2],
    ]);
    expect([...maps.uint32]).toStrictEqual([[100, true]]);
    expect(toJson(Maps, maps)).toStrictEqual({ ...json, uint32: { "100": true } });
    expect(() => fromJson(Maps, { bool: { True: 1 } })).toThrow(refused(/"True" is not a boolean/));
    expect(() => fromJson(Maps, { int32: { x: 1 } })).toThrow(refused(/"x" is not a 32-bit integer/));
    expect(() => fromJson(Maps, { int32: { "1": 1, "1.0": 1 } })).toThrow(refused(/is given twice/));
  });

  it("keeps keys and names that mean something to JavaScript", () => {
    const text = '{"string":{"__proto__":"a","constructor":"b","toString":"c"}}';
    const maps = fromJsonString(Maps, text);
    expect([...maps.string]).toStrictEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["toString", "c"],
    ]);
    expect(toJsonString(Maps, maps)).toBe(text);
    const names =
      '{"constructor":"1","toString":"2","then":"3","toJSON":"4","hasOwnProperty":"5","valueOf":"6","SHOUTED":"7"}';
    expect(toJsonString(Names, fromJsonString(Names, names))).toBe(names);
    expect(() => fromJsonString(Scalars, '{"__proto__":{}}')).toThrow(
      refused(/field "__proto__": the schema has no such field/),
    );
    expect(() => fromJson(Scalars, { valueOf: 1 })).toThrow(refused(/field "valueOf": the schema has no such field/));
  });

  it("refuses what it does not know, unless that may be ignored", () => {
    const json = { int32: 1, newer: { a: [1] }, level: "LEVEL_NEWER" };
    expect(() => fromJson(Scalars, { newer: 1 })).toThrow(refused(/field "newer": the schema has no such field/));
    expect(() => fromJson(Scalars, { level: "LEVEL_NEWER" })).toThrow(
      refused(/"LEVEL_NEWER" is not a name of the enum everything.Level/),
    );
    expect(fromJson(Scalars, json, { ignoreUnknown: true })).toStrictEqual(Scalars.create({ int32: 1 }));
    const lists = { level: ["LEVEL_LOW", "LEVEL_NEWER"] };
    expect(fromJson(Lists, lists, { ignoreUnknown: true }).level).toStrictEqual([1]);
    const maps = { uint64: { 1: "LEVEL_NEWER", 2: "LEVEL_LOW" } };
    expect([...fromJson(Maps, maps, { ignoreUnknown: true }).uint64]).toStrictEqual([[2n, 1]]);
  });

  it("refuses one field twice, two cases of one oneof, and two members of one name", () => {
    expect(() => fromJson(Order, { limit_price: 1, limitPrice: 1 })).toThrow(
      refused(/field "limitPrice": is given twice/),
    );
    expect(() => fromJson(Choice, { here: 1, there: 1 })).toThrow(
      refused(/field "there": is not the only case of its oneof/),
    );
    for (const text of ['{"int32":1,"int32":1}', '{"int32":1, "\\u0069nt32" :2}', '{"a":{"b":1,"b":[]}}']) {
      expect(() => fromJsonString(Scalars, text, { ignoreUnknown: true })).toThrow(
        refused(/an object with two members called "/),
      );
    }
    const fine = '{"string":["a","a","{\\"a\\":1,\\"a\\""],"scalars":[{"int32":1},{"int32":1}]}';
    expect(fromJsonString(Lists, fine).scalars).toHaveLength(2);
  });

  it.each(["", "{", "{'a':1}", "[1,]", '{"int32":01}', '{"int32":+1}', "\ufeff{}", "{}{}"])(
    "refuses text that is no JSON: %s",
    (text) => {
      expect(() => fromJsonString(Scalars, text)).toThrow(refused(/^everything.Scalars: this is no JSON: /));
    },
  );

  it.each<[JsonValue]>([[null], [1], ["a"], [[]], [true]])("refuses %j for a message", (json) => {
    expect(() => fromJson(Scalars, json)).toThrow(refused(/^everything.Scalars: .* is not an object/));
  });

  it("goes 100 objects deep and no deeper, maps counted, and never runs out of stack", () => {
    const choices = (depth: number) => `${'{"choice":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
    const trees = (depth: number) => `${'{"map":{"a":'.repeat(depth / 2 - 1)}{"map":{}}${"}}".repeat(depth / 2 - 1)}`;
    const check = <T extends object>(codec: MessageCodec<T>, nest: (depth: number) => string): void => {
      expect(toJsonString(codec, fromJsonString(codec, nest(100)))).toContain("{}");
      expect(() => fromJson(codec, JSON.parse(nest(102)))).toThrow(refused(/nests deeper than 100/));
      expect(() => fromJsonString(codec, nest(102))).toThrow(refused(/nests deeper than 100/));
    };
    check(Choice, choices);
    check(Tree, trees);
    expect(() => fromJsonString(Choice, choices(1_000_000))).toThrow(refused(/nests deeper than 100|this is no JSON/));
    const endless = Choice.create();
    endless.kind = { case: "choice", value: endless };
    expect(() => toJson(Choice, endless)).toThrow(refused(/nests deeper than 100/));
  });

  it("takes memory in proportion to its text, as when bytes are decoded", () => {
    const list = (count: number) => `{"scalars":[${Array(count).fill("{}").join()}]}`;
    expect(fromJsonString(Lists, list(10_000)).scalars).toHaveLength(10_000);
    const tooMany = {
      code: "resource_exhausted",
      text: expect.stringMatching(/field "scalars\[\d+\]": holds more elements than/),
    };
    expect(() => fromJsonString(Lists, list(700_000))).toThrow(expect.objectContaining(tooMany));
    const texts = Array.from({ length: 100_000 }, () => ({ string: "x".repeat(20) }));
    expect(fromJson(Lists, { scalars: texts }).scalars).toHaveLength(100_000);
  });

  it("names the place of what is wrong", () => {
    const json = { choice: { choice: { scalars: { int32: "x" } } } };
    expect(() => fromJson(Choice, json)).toThrow(
      refused(/^everything.Choice: field "choice.choice.scalars.int32": "x" is not/),
    );
    expect(() => fromJson(Maps, { sint32: { "7": { level: [] } } })).toThrow(
      refused(/field "sint32\[\\"7\\"\].level": an object is not/),
    );
  });
});

describe("what proto2 has", () => {
  it("required fields must be there", () => {
    expect(() => fromJson(Required, { id: 1 })).toThrow(refused(/field "name": is required/));
    expect(() => fromJson(Required, { id: null, name: "" })).toThrow(refused(/field "id": is required/));
  });

  it("closed enums have no other numbers", () => {
    expect(fromJson(Closed, { level: "LEVEL_HIGH", levels: [1, "LEVEL_BELOW"] })).toMatchObject({
      level: 2,
      levels: [1, -1],
    });
    expect(() => fromJson(Closed, { level: 7 })).toThrow(
      refused(/field "level": 7 is not a number of the enum legacy.Level/),
    );
  });

  it("groups look like messages", () => {
    const json = { one: { a: 1, groups: { many: [{}] } }, many: [{ list: [1, 2] }] };
    const groups = fromJson(Groups, json);
    expect(toJson(Groups, groups)).toStrictEqual(json);
    expect(Groups.fromBytes(Groups.toBytes(groups))).toStrictEqual(groups);
  });

  it("extensions that are given stand in brackets", () => {
    const types = [number_, Extended_nested, point, points];
    const message = Extended.create({ own: 1 });
    setExtension(message, number_, 5);
    setExtension(message, Extended_nested, "text");
    setExtension(message, points, [{ x: 1, y: 2 }]);
    const json = {
      own: 1,
      "[legacy.number]": 5,
      "[legacy.Extended.nested]": "text",
      "[legacy.points]": [{ x: 1, y: 2 }],
    };
    expect(toJson(Extended, message, { types })).toStrictEqual(json);
    expect(toJson(Extended, message)).toStrictEqual({ own: 1 });
    const back = fromJson(Extended, json, { types });
    expect(getExtension(back, points)).toStrictEqual([{ x: 1, y: 2 }]);
    expect(toJson(Extended, back, { types })).toStrictEqual(json);
    expect(fromJson(Extended, { "[legacy.number]": null }, { types })[UNKNOWN]).toBeUndefined();
    expect(() => fromJson(Extended, json)).toThrow(refused(/field "\[legacy.number\]": the schema has no such field/));
    expect(() => fromJson(Extended, { "[legacy.point]": { x: "a" } }, { types })).toThrow(
      refused(/^legacy.Extended: field "\[legacy.point\].x": /),
    );
    expect(fromJson(Extended, json, { ignoreUnknown: true })).toStrictEqual(Extended.create({ own: 1 }));
  });
});
