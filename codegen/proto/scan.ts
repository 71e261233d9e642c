const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/**
 * Where the token, comment or space that starts at `start` ends. By hand, because a regular expression runs out of
 * stack on tokens of many megabytes. A string or a comment without an end ends behind what opens it.
 */
export function endOf(source: string, start: number): number {
  const code = source.charCodeAt(start);
  if (isSpace(code)) return skip(source, start, isSpace);
  if (isWord(code)) return isDigit(code) ? endOfNumber(source, start) : skip(source, start, isWord);
  if (source[start] === "." && isDigit(source.charCodeAt(start + 1))) return endOfNumber(source, start);
  if (source[start] === '"' || source[start] === "'") return endOfString(source, start, code);
  if (source.startsWith("//", start)) {
    const end = source.indexOf("\n", start);
    return end < 0 ? source.length : end;
  }
  if (source.startsWith("/*", start)) return Math.max(source.indexOf("*/", start + 2), start) + 2;
  return start + (source.codePointAt(start)! > 0xffff ? 2 : 1);
}

export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** An ASCII letter, a digit or `_`. */
export function isWord(code: number): boolean {
  const letter = code | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || isDigit(code) || code === 0x5f;
}

function isSign(code: number): boolean {
  return code === 0x2b || code === 0x2d;
}

function skip(source: string, start: number, belongs: (code: number) => boolean): number {
  let end = start;
  while (end < source.length && belongs(source.charCodeAt(end))) end++;
  return end;
}

/** All that could belong to a number, right or wrong: a sign only behind the `e` of an exponent. */
function endOfNumber(source: string, start: number): number {
  let end = start;
  while (end < source.length) {
    const code = source.charCodeAt(end);
    if (!isWord(code) && code !== DOT && !(isSign(code) && /[eE]/.test(source[end - 1]))) break;
    end++;
  }
  return end;
}

function endOfString(source: string, start: number, quote: number): number {
  for (let i = start + 1; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code === BACKSLASH) i++;
    if (source.charCodeAt(i) === NEWLINE) break;
  }
  return start + 1;
}
