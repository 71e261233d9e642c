import type { Token } from "../text/token.js";

/** The comment above a statement's `first` token, else the one behind its `last`. */
export function docOf(first: Token, last: Token): readonly string[] {
  return first.leading.length > 0 ? first.leading : last.trailing;
}
