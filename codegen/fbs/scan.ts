import { type Position, SchemaError } from "../position.js";

/** Where what starts at `start` ends; by hand, because a regular expression runs out of stack on many megabytes. */
export function endOfWord(source: string, start: number): number {
  let end = start;
  while (isWord(source.charCodeAt(end))) end++;
  return end;
}

/** All that could belong to a number, right or wrong: a sign only where it starts and behind an exponent's letter. */
export function endOfNumber(source: string, start: number): number {
  let end = start + 1;
  for (
    let code = source.charCodeAt(end);
    isWord(code) || code === DOT || isSign(code);
    code = source.charCodeAt(++end)
  ) {
    if (isSign(code) && !"eEpP".includes(source[end - 1])) break;
  }
  return end;
}

/** Where a string ends that a quote at `start` opens. Throws a `SchemaError` if it does not. */
export function endOfString(source: string, start: number, at: Position): number {
  const quote = source.charCodeAt(start);
  for (let i = start + 1; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code < 0x20) break;
    if (code === BACKSLASH) i++;
  }
  throw new SchemaError(at, "a string that does not end on its line");
}

/** Where a comment ends that starts with two slashes. */
export function endOfLine(source: string, start: number): number {
  let end = start;
  while (end < source.length && source[end] !== "\n" && source[end] !== "\r") end++;
  return end;
}

/** Space, tab, carriage return and line feed. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** An ASCII letter or `_`. */
export function isLetter(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || code === 0x5f;
}

/** `+` or `-`. */
export function isSign(code: number): boolean {
  return code === 0x2b || code === 0x2d;
}

function isWord(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

export const DOT = 0x2e;
const BACKSLASH = 0x5c;
