import type { Token } from "./tokens.js";

/** The comment above a statement's `first` token, else the one behind its `last`. */
export function docOf(first: Token, last: Token): readonly string[] {
  return first.leading.length > 0 ? first.leading : last.trailing;
}
