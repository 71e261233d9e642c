import type { Reader } from "../../bytes/reader.js";

// What the generator says of messages for JSON: data alone, so that who does not use JSON need not load what makes it.

/** The types of a schema as far as JSON tells them apart, and what a message holds of each. */
export interface JsonScalars {
  double: number;
  float: number;
  int32: number;
  uint32: number;
  int64: bigint;
  uint64: bigint;
  /** 64 bits as a `number`. */
  int64Number: number;
  uint64Number: number;
  bool: boolean;
  string: string;
  bytes: Uint8Array;
}

export type JsonScalar = keyof JsonScalars;

/** An enum as its schema names it. */
export interface JsonEnum {
  readonly name: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** Of two names for one number the first. */
  readonly names: ReadonlyMap<number, string>;
  /** Whether it has no other numbers than these. */
  readonly isClosed: boolean;
}

/** One field of a message, as the generator describes it. */
export interface JsonField {
  /** As the schema calls it. */
  readonly name: string;
  /** As JSON calls it, if that is not `name`. */
  readonly json?: string;
  /** The property that holds it, or its case of a oneof, if that is not called as in JSON. */
  readonly property?: string;
  /** The property of the oneof that it is a case of. */
  readonly oneof?: string;
  /** What it, each of its items, or each value of its map is. */
  readonly type: JsonScalar | JsonEnum | JsonMessage;
  /** Whether it is left out when nothing was sent, instead of its default. */
  readonly optional?: true;
  readonly required?: true;
  readonly list?: true;
  /** The type of its keys, if it is a map. */
  readonly key?: JsonScalar;
}

/** What a codec has for JSON. */
export interface JsonTable<T> {
  /** Makes an empty message. */
  readonly make: () => T;
  /** Reads a message, and counts the memory that it takes. */
  readonly read: (r: Reader, end: number) => unknown;
  /** Its fields, as the generator describes them. */
  readonly fields: () => readonly JsonField[];
  /** How its messages look in JSON (`JsonForm`), made by the first use. */
  form?: unknown;
}

/** What JSON takes of a codec to have its messages inside of others. */
export interface JsonMessage<T = object> {
  readonly name: string;
  readonly json: JsonTable<T>;
}

/** The name that a field has in JSON. */
export function nameOf(field: JsonField): string {
  return field.json ?? field.name;
}

/** The property that holds a field, or its case of a oneof. */
export function propertyOf(field: JsonField): string {
  return field.property ?? nameOf(field);
}

/** The properties of a message by their names, as no type can say that reads its fields from a table. */
export function propertiesOf(message: object): Record<string, unknown> {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return message as Record<string, unknown>;
}
