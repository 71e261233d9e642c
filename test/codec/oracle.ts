import * as fc from "fast-check";
import protobuf from "protobufjs";
import { fileURLToPath } from "node:url";
import { propertyName } from "../../codegen/typescript/names.js";
import type { MessageCodec } from "../../src/codec/index.js";
import * as edition from "../../schemas/gen/edition.js";
import * as generated from "../../schemas/gen/everything.js";
import * as legacy from "../../schemas/gen/legacy.js";

// What protobufjs, told the same schema at run time, makes of the same messages.

const schemas = fileURLToPath(new URL("../../schemas/", import.meta.url));

export const root = new protobuf.Root();
const resolve = root.resolvePath.bind(root);
root.resolvePath = (origin, target) => {
  // What marks topics matters to no message.
  if (target === "millrace/options.proto") return null;
  return target.startsWith("google/") ? resolve(origin, target) : schemas + target;
};
root.loadSync(["everything.proto", "legacy.proto", "edition.proto"], { keepCase: true });
root.resolveAll();

type Fields = Record<string, unknown>;

/** The messages of `everything.proto` by the name of their codec, and those of older and newer schemas by `legacy.Name`. */
export const codecs: ReadonlyMap<string, MessageCodec<Fields>> = new Map([
  ...codecsOf(generated, ""),
  ...codecsOf(legacy, "legacy.").filter(([name]) => name !== "legacy.Endless"),
  ...codecsOf(edition, "edition."),
]);

function codecsOf(module: object, prefix: string): [string, MessageCodec<Fields>][] {
  return Object.entries(module).flatMap(([name, value]) => (isCodec(value) ? [[prefix + name, value]] : []));
}

function isCodec(value: unknown): value is MessageCodec<Fields> {
  return typeof value === "object" && value !== null && "fromBytes" in value;
}

const int32 = fc.oneof(fc.integer(), fc.integer({ min: -2, max: 300 }));
const uint32 = fc.oneof(fc.integer({ min: 0, max: 0xffff_ffff }), fc.nat(300));
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -300n, max: 300n }));
const uint64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 300n }));
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ maxLength: 20 }),
  fc.constantFrom("x".repeat(127), "x".repeat(128), "é".repeat(100), "漢字".repeat(9), "\ufeffbom", "😀".repeat(11)),
);

const SCALARS: Record<string, fc.Arbitrary<unknown>> = {
  double: fc.double(),
  float: fc.float(),
  int32,
  sint32: int32,
  sfixed32: int32,
  uint32,
  fixed32: uint32,
  int64,
  sint64: int64,
  sfixed64: int64,
  uint64,
  fixed64: uint64,
  bool: fc.boolean(),
  string: text,
  bytes: fc.uint8Array({ maxLength: 150 }),
};

function isNumber(field: protobuf.Field): boolean {
  return field.options?.["jstype"] === "JS_NUMBER";
}

function valueOf(field: protobuf.Field, depth: number): fc.Arbitrary<unknown> {
  if (field.resolvedType instanceof protobuf.Type) return messageOf(field.resolvedType, depth - 1);
  if (field.resolvedType instanceof protobuf.Enum) {
    const named = fc.constantFrom(...Object.values(field.resolvedType.values));
    return isClosed(field.resolvedType) ? named : fc.oneof(named, int32);
  }
  if (isNumber(field))
    return field.type.startsWith("u") || field.type === "fixed64" ? fc.maxSafeNat() : fc.maxSafeInteger();
  return SCALARS[field.type];
}

/** Whether only numbers with a name are values of an enum: protobufjs knows, but tells by its way of decoding only. */
function isClosed(type: protobuf.Enum): boolean {
  return Reflect.get(type, "_features")["enum_type"] === "CLOSED";
}

/** Random messages of a type, complete, as its codec gives them. */
export function messageOf(type: protobuf.Type, depth = 3): fc.Arbitrary<Fields> {
  const parts: Record<string, fc.Arbitrary<unknown>> = {};
  const fits = (field: protobuf.Field) => depth > 0 || field.required || !(field.resolvedType instanceof protobuf.Type);
  for (const field of type.fieldsArray.filter(({ declaringField }) => declaringField === null)) {
    const list = { maxLength: fits(field) ? 4 : 0 };
    const name = propertyName(field.name);
    if (field.partOf !== null && field.options?.["proto3_optional"] !== true) continue;
    if (field instanceof protobuf.MapField) {
      parts[name] = fc
        .array(fc.tuple(SCALARS[field.keyType], fits(field) ? valueOf(field, depth) : fc.constant(0)), list)
        .map((entries) => new Map(entries));
    } else if (field.repeated) parts[name] = fits(field) ? fc.array(valueOf(field, depth), list) : fc.constant([]);
    else if (field.optional && (field.hasPresence || field.resolvedType instanceof protobuf.Type)) {
      parts[name] = fits(field) ? fc.option(valueOf(field, depth), { nil: undefined }) : fc.constant(undefined);
    } else if (field.required) parts[name] = valueOf(field, depth);
    else parts[name] = fc.oneof(valueOf(field, depth), fc.constant(defaultOf(field)));
  }
  for (const oneof of type.oneofsArray.filter(({ name }) => !name.startsWith("_"))) {
    const plain = { noNullPrototype: true };
    const cases = oneof.fieldsArray
      .filter(fits)
      .map((field) => fc.record({ case: fc.constant(propertyName(field.name)), value: valueOf(field, depth) }, plain));
    parts[propertyName(oneof.name)] = fc.option(fc.oneof(...cases), { nil: undefined });
  }
  return fc.record(parts, { noNullPrototype: true });
}

function defaultOf(field: protobuf.Field): unknown {
  if (field.type === "string") return "";
  if (field.type === "bool") return false;
  if (field.type === "bytes") return new Uint8Array(0);
  return field.type.endsWith("64") && !isNumber(field) ? 0n : 0;
}

/** The reflection type of a generated codec. */
export function typeOf(codec: MessageCodec<Fields>): protobuf.Type {
  return root.lookupType(codec.name);
}

/** A message of ours as protobufjs takes it. */
export function toOracle(type: protobuf.Type, message: Fields): Fields {
  const plain: Fields = {};
  for (const field of type.fieldsArray) {
    const inOneof = field.partOf !== null && field.options?.["proto3_optional"] !== true;
    const value = inOneof ? caseOf(message, field) : message[propertyName(field.name)];
    if (value === undefined) continue;
    if (value instanceof Map)
      plain[field.name] = Object.fromEntries([...value].map(([key, item]) => [keyOf(key), convert(field, item)]));
    else if (field.repeated && Array.isArray(value)) plain[field.name] = value.map((item) => convert(field, item));
    else plain[field.name] = convert(field, value);
  }
  return plain;
}

function caseOf(message: Fields, field: protobuf.Field): unknown {
  const chosen = message[propertyName(field.partOf!.name)];
  if (typeof chosen !== "object" || chosen === null || !("case" in chosen) || !("value" in chosen)) return undefined;
  return chosen.case === propertyName(field.name) ? chosen.value : undefined;
}

/** protobufjs keys 64-bit maps by the eight bytes of the key, each as a character. */
function keyOf(key: unknown): string {
  if (typeof key !== "bigint") return String(key);
  const bytes = new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, key)).buffer);
  return String.fromCharCode(...bytes);
}

function longOf(value: bigint): { low: number; high: number; unsigned: boolean } {
  const bits = BigInt.asUintN(64, value);
  return { low: Number(BigInt.asIntN(32, bits)), high: Number(BigInt.asIntN(32, bits >> 32n)), unsigned: false };
}

function convert(field: protobuf.Field, value: unknown): unknown {
  if (typeof value === "bigint") return longOf(value);
  if (typeof value === "number" && field.type.endsWith("64")) return longOf(BigInt(value));
  const { resolvedType } = field;
  return resolvedType instanceof protobuf.Type && isFields(value) ? toOracle(resolvedType, value) : value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
