import type { Position } from "../position.js";

/** One token of a schema, with the comments around it. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "symbol" | "end";
  /** As written, quotes included. */
  readonly text: string;
  readonly at: Position;
  /** The comment that ends on the line above. */
  readonly leading: readonly string[];
  /** The comment that follows on the same line. */
  trailing: readonly string[];
}

/** A name, a type or a keyword. */
export interface Word {
  readonly text: string;
  readonly at: Position;
}
