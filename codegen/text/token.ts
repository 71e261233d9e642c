import type { Position } from "../position.js";

/** One token of a schema, with the comments around it. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "symbol" | "end";
  /** As written, quotes included. */
  readonly text: string;
  readonly at: Position;
  /** The comment that ends on the line above, as compilers see it: not above what closes a block. */
  readonly leading: readonly string[];
  /** The comment that follows on the same line, or on the next ones if it is not one above something else. */
  trailing: readonly string[];
}

/** A name, a type or a keyword. */
export interface Word {
  readonly text: string;
  readonly at: Position;
  /** As it stands in the schema, where `text` is a full name that a compiler put in its place. */
  readonly written?: string;
}
