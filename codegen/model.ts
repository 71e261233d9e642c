import type { Edition, Features, Option, Value } from "./option.js";
import type { Position } from "./position.js";

export { type Position, SchemaError } from "./position.js";

/** One schema file. */
export interface Schema {
  /** As it is imported: `google/protobuf/timestamp.proto`. */
  readonly path: string;
  readonly package: string;
  /** Where the package is named, or where the file starts. */
  readonly packageAt: Position;
  readonly edition: Edition;
  readonly options: readonly Option[];
  readonly features: Features;
  readonly imports: readonly Import[];
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  readonly services: readonly Service[];
  readonly extensions: readonly Extension[];
}

export interface Import {
  readonly path: string;
  readonly public: boolean;
  /** Whether it is for options only: none of its types can be named. */
  readonly option: boolean;
  readonly at: Position;
}

/** What every named part of a schema has. */
export interface Named {
  readonly name: string;
  readonly at: Position;
  /** The comment that stands above it or behind it, as plain lines. */
  readonly doc: readonly string[];
  readonly deprecated: boolean;
  readonly options: readonly Option[];
  /** How it behaves, as its edition and all options around it say. */
  readonly features: Features;
}

/** What nothing may be called, and the numbers that nothing may have. */
export interface Reserved {
  readonly names: readonly string[];
  readonly ranges: readonly NumberRange[];
}

/** The numbers from `from` to `to`, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

export interface Message extends Named {
  readonly kind: "message";
  readonly fullName: string;
  /** Whether only its own file may name it. */
  readonly local: boolean;
  readonly fields: readonly Field[];
  readonly oneofs: readonly Named[];
  readonly messages: readonly Message[];
  readonly enums: readonly Enum[];
  /** The extensions that are declared in it, whatever they extend. */
  readonly extensions: readonly Extension[];
  /** The numbers that extensions may take. */
  readonly extensionRanges: readonly (NumberRange & { readonly options: readonly Option[] })[];
  readonly reserved: Reserved;
}

export interface Enum extends Named {
  readonly kind: "enum";
  readonly fullName: string;
  readonly local: boolean;
  /** Whether a number without a name is kept from the field that it was sent for. */
  readonly closed: boolean;
  readonly values: readonly (Named & { readonly number: number })[];
  readonly reserved: Reserved;
}

export interface Field extends Named {
  readonly number: number;
  readonly type: Scalar | TypeName;
  /** `implicit`: no telling the default from nothing. `explicit`: may be left out. */
  readonly presence: "implicit" | "explicit" | "required" | "repeated" | "map";
  /** The type of a map's keys; `type` is that of its values. */
  readonly keyType?: Scalar;
  /** Whether a repeated field is written as one packed list. */
  readonly packed: boolean;
  /** Whether a 64-bit integer is a `number`. */
  readonly asNumber: boolean;
  /** The oneof that it is part of. */
  readonly oneof?: string;
  /** Its name in JSON. */
  readonly jsonName: string;
  /** What it is when nothing was sent, if the schema says so. */
  readonly defaultValue?: Value;
  /** The line of the schema that says all this. */
  readonly source: string;
}

/** A field that is declared outside of the message that has it. */
export interface Extension extends Field {
  readonly extendee: TypeName;
}

export interface Service extends Named {
  readonly fullName: string;
  readonly methods: readonly Method[];
}

export interface Method extends Named {
  /** `package.Service/Method` */
  readonly path: string;
  readonly request: TypeName;
  readonly response: TypeName;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Whether its answers are the events of a topic, which its request names. */
  readonly topic: boolean;
}

/** A type as a field or method names it; `target` is set once all files are read. */
export interface TypeName {
  readonly name: string;
  readonly at: Position;
  /** The full name of what it stands in: where the look-up starts. */
  readonly scope: string;
  target?: Message | Enum;
}

export const SCALARS = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "sint32",
  "sint64",
  "fixed32",
  "fixed64",
  "sfixed32",
  "sfixed64",
  "bool",
  "string",
  "bytes",
] as const;

export type Scalar = (typeof SCALARS)[number];

export function isScalar(name: string): name is Scalar {
  return SCALARS.some((scalar) => scalar === name);
}

/** The name of an extension, with what it is declared in. */
export function fullNameOf({ extendee: { scope }, name }: Extension): string {
  return scope === "" ? name : `${scope}.${name}`;
}

/** All messages of a file, nested ones behind the one they stand in. */
export function allMessages(scope: { readonly messages: readonly Message[] }): Message[] {
  return scope.messages.flatMap((message) => [message, ...allMessages(message)]);
}

/** All enums of a file, wherever they stand. */
export function allEnums(schema: Schema): Enum[] {
  return [...schema.enums, ...allMessages(schema).flatMap((message) => message.enums)];
}

/** All extensions of a file, wherever they stand. */
export function allExtensions(schema: Schema): Extension[] {
  return [...schema.extensions, ...allMessages(schema).flatMap((message) => message.extensions)];
}
