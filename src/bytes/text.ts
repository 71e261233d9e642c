import { MOST_FEW, MOST_IN_ROW, stringOfFew, stringOfRow } from "./row.js";
import { anyStrings, type Strings } from "./strings.js";
import { MOST_BYTES, readUnits, unitBytes, units } from "./units.js";

/** Up to so many characters a loop beats the platform's encoder (measured on Node 20). */
const SHORT_WRITE = 24;

/** Up to so many bytes a loop that looks for ASCII beats the platform's decoder. */
const SHORT_READ = 128;

let strings = anyStrings;

/** Has strings made by `better` from now on: a room that knows the platform calls it once, when it is loaded. */
export function useStrings(better: Strings): void {
  strings = better;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const looseDecoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/** How many bytes `text` takes as UTF-8; a lone surrogate counts as U+FFFD, which is what gets written. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) length += 1;
    else if (isPair(text, i)) {
      length += 2;
      i++;
    } else length += 2;
  }
  return length;
}

/**
 * Writes `text` as UTF-8 at `pos` and returns the position behind it.
 * What lies past the end of `bytes` is not stored, but the position returned is exact.
 */
export function writeText(bytes: Uint8Array, pos: number, text: string): number {
  if (text.length > SHORT_WRITE) return writeLongText(bytes, pos, text);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return writeUnits(bytes, pos, text, i);
    bytes[pos++] = unit;
  }
  return pos;
}

function writeLongText(bytes: Uint8Array, pos: number, text: string): number {
  if (pos + text.length > bytes.length) return pos + utf8Length(text);
  const { read, written } = encoder.encodeInto(text, bytes.subarray(pos));
  return pos + (read === text.length ? written : utf8Length(text));
}

/** Any text, from its character `i` on. */
function writeUnits(bytes: Uint8Array, pos: number, text: string, i: number): number {
  for (; i < text.length; i++) {
    let unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[pos++] = unit;
    } else if (unit < 0x800) {
      bytes[pos++] = 0xc0 | (unit >> 6);
      bytes[pos++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, i)) {
      const point = text.codePointAt(i++)!;
      bytes[pos++] = 0xf0 | (point >> 18);
      bytes[pos++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[pos++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[pos++] = 0x80 | (point & 0x3f);
    } else {
      if (unit >= 0xd800 && unit < 0xe000) unit = 0xfffd;
      bytes[pos++] = 0xe0 | (unit >> 12);
      bytes[pos++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[pos++] = 0x80 | (unit & 0x3f);
    }
  }
  return pos;
}

function isPair(text: string, i: number): boolean {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}

/** The UTF-8 text in `[pos, end)` of `bytes`. Throws a `TypeError` when it is not valid UTF-8. */
export function readText(bytes: Uint8Array, pos: number, end: number): string {
  const length = end - pos;
  // Of long text the start says what to expect; the platform's decoder reads any.
  if (!isAscii(bytes, pos, length > SHORT_READ ? pos + MOST_FEW : end)) return readOther(bytes, pos, end);
  if (length > SHORT_READ) return decoder.decode(bytes.subarray(pos, end));
  return length <= MOST_FEW ? stringOfFew(bytes, pos, length) : strings.ascii(bytes, pos, end);
}

/** As `readText`, but what is not valid UTF-8 is read as U+FFFD. */
export function readLooseText(bytes: Uint8Array, pos: number, end: number): string {
  try {
    return readText(bytes, pos, end);
  } catch {
    return looseDecoder.decode(bytes.subarray(pos, end));
  }
}

/** Text that is more than ASCII. */
function readOther(bytes: Uint8Array, pos: number, end: number): string {
  const length = end - pos > MOST_BYTES ? -1 : readUnits(bytes, pos, end);
  if (length < 0) return decoder.decode(bytes.subarray(pos, end));
  return length <= MOST_IN_ROW ? stringOfRow(units, length) : strings.utf16(unitBytes, length);
}

function isAscii(bytes: Uint8Array, pos: number, end: number): boolean {
  let all = 0;
  for (; pos + 4 <= end; pos += 4) all |= bytes[pos] | bytes[pos + 1] | bytes[pos + 2] | bytes[pos + 3];
  for (; pos < end; pos++) all |= bytes[pos];
  return all < 0x80;
}
