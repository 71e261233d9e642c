import * as es from "@bufbuild/protobuf";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromJson, fromJsonString, toJson, toJsonString } from "../../src/codec/index.js";
import { registry, schemaOf } from "./json-oracle.js";
import { codecs, messageOf, typeOf } from "./oracle.js";

const RUNS = { numRuns: 40 };

/** Of the times that bytes can hold, JSON can say few; these have tests of their own. */
function timeless(message: Record<string, unknown>): Record<string, unknown> {
  return "sfixed64" in message && message["sfixed32"] instanceof Map ? { ...message, sfixed32: new Map() } : message;
}

const valid = [...codecs].filter(([, { name }]) => name !== "everything.WellKnown");

describe.each(valid)("the JSON of %s", (_, codec) => {
  it("comes back as the message that it was", () => {
    fc.assert(
      fc.property(messageOf(typeOf(codec)).map(timeless), (message) => {
        const text = toJsonString(codec, message);
        expect(fromJsonString(codec, text)).toStrictEqual(message);
      }),
      RUNS,
    );
  });
});

describe.each(valid.filter(([, { name }]) => name.startsWith("everything.")))("the JSON of %s", (_, codec) => {
  it("is read by protobuf-es, and what protobuf-es writes is read here", () => {
    const schema = schemaOf(codec);
    fc.assert(
      fc.property(messageOf(typeOf(codec)).map(timeless), (message) => {
        const written = toJson(codec, message);
        expect(codec.fromBytes(es.toBinary(schema, es.fromJson(schema, written)))).toStrictEqual(message);
        const theirs = es.toJson(schema, es.fromBinary(schema, codec.toBytes(message)), { registry });
        expect(fromJson(codec, theirs)).toStrictEqual(message);
      }),
      RUNS,
    );
  });
});
