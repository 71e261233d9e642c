import type { Edition, Option, StringValue } from "../option.js";
import type { Position } from "../position.js";
import type { Word } from "../text/token.js";

export type { Word };

/** An integer. */
export interface Int extends Word {
  readonly value: number;
}

/** The numbers from `from` to `to`, both included. */
export interface Range {
  readonly from: Int;
  readonly to: Int;
}

/** What every declaration has. */
export interface Declaration {
  readonly name: Word;
  /** The comment that stands above it or behind it, as plain lines. */
  readonly doc: readonly string[];
  readonly options: readonly Option[];
}

/** One file. */
export interface FileNode {
  readonly edition: Edition;
  /** The line that says so: its keyword and its value; without it there is only where the file starts. */
  readonly syntax: { readonly at: Position; readonly keyword?: "syntax" | "edition"; readonly valueAt?: Position };
  readonly package: Word | undefined;
  readonly imports: readonly ImportNode[];
  readonly options: readonly Option[];
  readonly parts: readonly Part[];
}

export interface ImportNode {
  readonly modifier: Word | undefined;
  readonly path: StringValue;
}

/** What stands in a file or a message, in its order. */
export type Part =
  | MessageNode
  | EnumNode
  | ServiceNode
  | FieldNode
  | OneofNode
  | ExtendNode
  | ExtensionsNode
  | ReservedNode;

export interface MessageNode extends Declaration {
  readonly kind: "message";
  /** `export` or `local`. */
  readonly visibility: Word | undefined;
  readonly parts: readonly Part[];
}

export interface EnumNode extends Declaration {
  readonly kind: "enum";
  readonly visibility: Word | undefined;
  readonly values: readonly ValueNode[];
  readonly reserved: readonly ReservedNode[];
}

export interface ValueNode extends Declaration {
  readonly kind: "value";
  readonly number: Int;
}

export interface FieldNode extends Declaration {
  readonly kind: "field";
  readonly at: Position;
  /** `optional`, `repeated` or `required`. */
  readonly label: Word | undefined;
  /** Of a map, the type of its values. */
  readonly type: Word;
  /** The type of a map's keys. */
  readonly key: Word | undefined;
  /** The keyword of a group, whose message stands beside it. */
  readonly group: Position | undefined;
  readonly number: Int;
}

export interface OneofNode extends Declaration {
  readonly kind: "oneof";
  readonly fields: readonly FieldNode[];
}

export interface ExtendNode {
  readonly kind: "extend";
  readonly at: Position;
  readonly extendee: Word;
  readonly fields: readonly FieldNode[];
}

export interface ExtensionsNode {
  readonly kind: "extensions";
  readonly at: Position;
  readonly ranges: readonly Range[];
  readonly options: readonly Option[];
}

export interface ReservedNode {
  readonly kind: "reserved";
  readonly ranges: readonly Range[];
  readonly names: readonly (Word & { readonly quoted: boolean })[];
}

export interface ServiceNode extends Declaration {
  readonly kind: "service";
  readonly methods: readonly MethodNode[];
}

export interface MethodNode extends Declaration {
  readonly kind: "rpc";
  readonly request: Word;
  readonly response: Word;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}
