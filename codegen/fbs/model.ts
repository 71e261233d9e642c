import type { Position } from "../position.js";

export { type Position, SchemaError } from "../position.js";

/** One `.fbs` file, or what a `.bfbs` file says of one. */
export interface FlatSchema {
  /** As it is included: `monster/base.fbs`. */
  readonly path: string;
  readonly imports: readonly Import[];
  readonly tables: readonly Table[];
  readonly structs: readonly Struct[];
  readonly enums: readonly FlatEnum[];
  readonly unions: readonly Union[];
  readonly services: readonly Service[];
  /** The table that a buffer of this schema starts with. */
  readonly root?: TypeRef;
  /** Four bytes at offset 4 of a buffer. */
  readonly fileIdentifier?: string;
  readonly fileExtension?: string;
}

/** An `include`; files may include one another in a circle. */
export interface Import {
  /** The `path` of the included file. */
  readonly path: string;
  readonly at: Position;
}

/** What every named part has. */
export interface FlatNamed {
  readonly name: string;
  readonly at: Position;
  /** The comment above it, as plain lines. */
  readonly doc: readonly string[];
  readonly attributes: readonly Attribute[];
}

/** `(required)`, `(id: 3)`, `(streaming: "server")`. */
export interface Attribute {
  readonly name: string;
  /** Text, or a 32-bit integer. */
  readonly value?: string | number;
  readonly at: Position;
}

/** What a type has beside: its place in a namespace. */
export interface FlatType extends FlatNamed {
  /** `Game.Sample.Monster` */
  readonly fullName: string;
  /** `Game.Sample`, or the empty text. */
  readonly namespace: string;
}

/** Fields that may be left out, found through a vtable. */
export interface Table extends FlatType {
  readonly kind: "table";
  /** In the order of the schema; `slot` says where the vtable has them. */
  readonly fields: readonly TableField[];
  /** Entries that its vtable may have, those of the types of unions and of deprecated fields included. */
  readonly slots: number;
}

export interface TableField extends FlatNamed {
  readonly type: Type;
  /**
   * Its place in the vtable, counted from 0. The type of a union, or the list of types of a list of unions, is in `slot - 1`
   * and is no field of its own here.
   */
  readonly slot: number;
  /** What it is when nothing was sent. */
  readonly presence: "default" | "optional" | "required";
  /** Of scalars and enums: the number (64-bit ones and flags as `bigint` where they are 64 bits wide); of text: the text; `[]` for an empty list. */
  readonly defaultValue: number | bigint | boolean | string | readonly [] | undefined;
  readonly deprecated: boolean;
  /** Whether it is what a list of this table is sorted by. */
  readonly key: boolean;
  /** Lists of bytes that hold a buffer of their own. */
  readonly nested?: TypeRef;
  /** Bytes that a list's first item is aligned to, if more than usual. */
  readonly forceAlign?: number;
  /** Whether equal texts are stored once. */
  readonly shared: boolean;
  /** The line of the schema that says all this. */
  readonly source: string;
}

/** Fields at fixed offsets, stored in place. */
export interface Struct extends FlatType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
  /** Bytes, padding included. */
  readonly size: number;
  readonly align: number;
}

export interface StructField extends FlatNamed {
  readonly type: Type;
  readonly offset: number;
  readonly deprecated: boolean;
  readonly key: boolean;
  readonly source: string;
}

export interface FlatEnum extends FlatType {
  readonly kind: "enum";
  readonly base: Scalar;
  /** Whether a value is a set of bits; then each value's number is its bit's worth, not its place. */
  readonly flags: boolean;
  readonly values: readonly (FlatNamed & { readonly number: bigint })[];
}

/** One of several types, told apart by a number; 0 is none. */
export interface Union extends FlatType {
  readonly kind: "union";
  readonly base: Scalar;
  readonly members: readonly (FlatNamed & { readonly type: Type; readonly number: bigint })[];
}

/** An `rpc_service`. */
export interface Service extends FlatType {
  readonly methods: readonly Method[];
}

export interface Method extends FlatNamed {
  /** `Game.Arena/Fight` */
  readonly path: string;
  readonly deprecated: boolean;
  /** Both are tables. */
  readonly request: TypeRef;
  readonly response: TypeRef;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Whether its answers are the events of a topic, which its request names. */
  readonly topic: boolean;
}

export type Type =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "string" }
  | { readonly kind: "type"; readonly ref: TypeRef }
  | { readonly kind: "list"; readonly item: Type }
  /** In structs only. */
  | { readonly kind: "array"; readonly item: Type; readonly length: number };

/** A type as a field names it; `target` is set once all files are read. */
export interface TypeRef {
  readonly name: string;
  readonly at: Position;
  /** The namespace in which the look-up starts. */
  readonly scope: string;
  target?: Table | Struct | FlatEnum | Union;
}

export const SCALARS = [
  "bool",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
] as const;

export type Scalar = (typeof SCALARS)[number];

/** Bytes that a scalar takes, which it is aligned to. */
export const SCALAR_BYTES: Readonly<Record<Scalar, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};
