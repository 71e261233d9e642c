import { View } from "./view.js";

/** What a `.bfbs` file holds: the schema of schemas, `reflection.fbs`, with what of it is needed here. */
export interface RawSchema {
  /** Tables and structs, in the order that indices count them. */
  readonly objects: readonly RawObject[];
  readonly enums: readonly RawEnum[];
  readonly services: readonly RawService[];
  readonly root: string | undefined;
  readonly identifier: string | undefined;
  readonly extension: string | undefined;
  /** Whether some string has a default value, which is not told. */
  readonly hasDefaultTexts: boolean;
}

export interface RawNamed {
  readonly name: string;
  readonly doc: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly value: string | undefined }[];
}

export interface RawObject extends RawNamed {
  readonly fields: readonly RawField[];
  readonly isStruct: boolean;
  readonly align: number;
  readonly size: number;
}

export interface RawField extends RawNamed {
  readonly type: RawType;
  readonly id: number;
  readonly offset: number;
  readonly integer: bigint;
  readonly real: number;
  readonly deprecated: boolean;
  readonly required: boolean;
  readonly key: boolean;
  readonly optional: boolean;
  readonly offset64: boolean;
}

export interface RawEnum extends RawNamed {
  readonly isUnion: boolean;
  readonly type: RawType;
  readonly values: readonly (RawNamed & { readonly value: bigint; readonly type: RawType | undefined })[];
}

export interface RawType {
  readonly base: BaseType;
  /** Of the items of a list or an array. */
  readonly item: BaseType;
  /** Which object or enum it is, or -1. */
  readonly index: number;
  readonly length: number;
}

export interface RawService extends RawNamed {
  readonly methods: readonly (RawNamed & { readonly request: string; readonly response: string })[];
}

const BASE_TYPES = [
  ...([
    "none",
    "union type",
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
  ] as const),
  ...(["float32", "float64", "string", "list", "object", "union", "array", "long list"] as const),
];

export type BaseType = (typeof BASE_TYPES)[number];

/** Schemas of the feature that strings have default values say so with this bit. */
const DEFAULT_TEXTS = 8n;

/** Reads a `.bfbs` file. Throws a `LoadError`, or the `RangeError` of a read outside of it. */
export function readReflection(bytes: Uint8Array, file: string): RawSchema {
  const schema = View.root(bytes, "BFBS", file);
  return {
    objects: schema.tables(0).map(readObject),
    enums: schema.tables(1).map(readEnum),
    // Both are there, and empty, when the schema says nothing.
    identifier: schema.text(2) || undefined,
    extension: schema.text(3) || undefined,
    root: schema.table(4)?.text(0),
    services: schema.tables(5).map(readService),
    hasDefaultTexts: (schema.int64(6) & DEFAULT_TEXTS) !== 0n,
  };
}

function readNamed(view: View, slots: { readonly attributes: number; readonly doc: number }): RawNamed {
  return {
    name: view.text(0) ?? view.fail("something has no name"),
    doc: view
      .texts(slots.doc)
      .flatMap((text) => text.split(/\r?\n/))
      .map((line) => line.replace(/^ /, "").trimEnd()),
    attributes: view.tables(slots.attributes).map((pair) => {
      return { name: pair.text(0) ?? pair.fail("an attribute has no name"), value: pair.text(1) };
    }),
  };
}

function readObject(view: View): RawObject {
  return {
    ...readNamed(view, { attributes: 5, doc: 6 }),
    fields: view.tables(1).map(readField),
    isStruct: view.bool(2),
    align: view.int32(3),
    size: view.int32(4),
  };
}

function readField(view: View): RawField {
  return {
    ...readNamed(view, { attributes: 9, doc: 10 }),
    type: readType(view.table(1), view),
    id: view.uint16(2),
    offset: view.uint16(3),
    integer: view.int64(4),
    real: view.float64(5),
    deprecated: view.bool(6),
    required: view.bool(7),
    key: view.bool(8),
    optional: view.bool(11),
    offset64: view.bool(13),
  };
}

function readEnum(view: View): RawEnum {
  return {
    ...readNamed(view, { attributes: 4, doc: 5 }),
    values: view.tables(1).map(readValue),
    isUnion: view.bool(2),
    type: readType(view.table(3), view),
  };
}

function readValue(view: View): RawEnum["values"][number] {
  const type = view.table(3);
  return {
    ...readNamed(view, { attributes: 5, doc: 4 }),
    value: view.int64(1),
    type: type && readType(type, view),
  };
}

function readType(view: View | undefined, owner: View): RawType {
  if (view === undefined) return owner.fail(`${owner.text(0)} has no type`);
  return {
    base: baseType(view, 0),
    item: baseType(view, 1),
    index: view.int32(2, -1),
    length: view.uint16(3),
  };
}

function baseType(view: View, slot: number): BaseType {
  return BASE_TYPES[view.int8(slot)] ?? view.fail("a type is not known");
}

function readService(view: View): RawService {
  return { ...readNamed(view, { attributes: 2, doc: 3 }), methods: view.tables(1).map(readMethod) };
}

function readMethod(view: View): RawService["methods"][number] {
  return {
    ...readNamed(view, { attributes: 3, doc: 4 }),
    request: view.table(1)?.text(0) ?? view.fail("a method has no request"),
    response: view.table(2)?.text(0) ?? view.fail("a method has no response"),
  };
}
