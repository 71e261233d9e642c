import type { Position } from "../position.js";
import type { Token, Word } from "../text/token.js";

export type { Word };

/** One file: what it includes, then its statements in their order, which matters. */
export interface FileNode {
  readonly includes: readonly PathNode[];
  readonly statements: readonly Statement[];
}

/** The path of an included file. */
export interface PathNode {
  readonly path: string;
  readonly at: Position;
}

export type Statement = NamespaceNode | SettingNode | RecordNode | EnumNode | UnionNode | ServiceNode | DataNode;

/** What every declaration has. */
export interface Declaration {
  readonly name: Word;
  /** The comment above it, as plain lines. */
  readonly doc: readonly string[];
  readonly attributes: readonly AttributeNode[];
}

export interface AttributeNode {
  readonly name: Word;
  readonly value: ValueNode | undefined;
}

/** `namespace Game.Sample;` or `namespace;` */
export interface NamespaceNode {
  readonly kind: "namespace";
  readonly name: string;
}

/** A statement that says one thing of the file: its root, what identifies it, an attribute that may be used. */
export interface SettingNode {
  readonly kind: "root_type" | "file_identifier" | "file_extension" | "attribute";
  readonly value: Word;
}

export interface RecordNode extends Declaration {
  readonly kind: "table" | "struct";
  readonly fields: readonly FieldNode[];
}

export interface FieldNode extends Declaration {
  readonly type: TypeNode;
  readonly defaultValue: ValueNode | undefined;
}

export interface EnumNode extends Declaration {
  readonly kind: "enum";
  readonly base: TypeNode;
  readonly values: readonly EnumValueNode[];
}

export interface EnumValueNode extends Declaration {
  readonly number: Token | undefined;
}

export interface UnionNode extends Declaration {
  readonly kind: "union";
  readonly base: TypeNode | undefined;
  readonly members: readonly MemberNode[];
}

/** `Sword`, `Game.Sword`, `mine: Sword`, `text: string` */
export interface MemberNode extends EnumValueNode {
  /** Whether it has a name beside that of its type. */
  readonly isNamed: boolean;
  readonly type: TypeNode;
}

export interface ServiceNode extends Declaration {
  readonly kind: "service";
  readonly methods: readonly MethodNode[];
}

export interface MethodNode extends Declaration {
  readonly request: Word;
  readonly response: Word;
}

/** A JSON object behind the schema: data of its root type, which is skipped. */
export interface DataNode {
  readonly kind: "data";
  readonly at: Position;
}

/** A type by its name, a list, or an array of `length`. */
export type TypeNode =
  | { readonly kind: "name"; readonly name: Word }
  | { readonly kind: "list"; readonly item: Word; readonly at: Position }
  | { readonly kind: "array"; readonly item: Word; readonly at: Position; readonly length: number };

/** A value as written; a name has its sign, as in `-inf`. */
export type ValueNode =
  | { readonly kind: "name" | "number"; readonly text: string; readonly at: Position }
  | { readonly kind: "string"; readonly text: string; readonly at: Position; readonly isPlain: boolean }
  | { readonly kind: "call"; readonly text: string; readonly at: Position; readonly argument: ValueNode }
  | { readonly kind: "empty list"; readonly at: Position };
