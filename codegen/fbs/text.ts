import { SchemaError } from "../position.js";
import type { Token } from "../text/token.js";

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ["n", 0x0a],
  ["t", 0x09],
  ["r", 0x0d],
  ["b", 0x08],
  ["f", 0x0c],
  ['"', 0x22],
  ["'", 0x27],
  ["\\", 0x5c],
  ["/", 0x2f],
]);

/** The text that a string in quotes stands for. Throws a `SchemaError` for what is no escape sequence, or no UTF-8. */
export function textOf({ text, at }: Token): string {
  const inner = text.slice(1, -1);
  if (!inner.includes("\\")) return inner;
  const bytes: number[] = [];
  for (let i = 0; i < inner.length; ) {
    if (inner[i] !== "\\") {
      const next = inner.indexOf("\\", i);
      const end = next < 0 ? inner.length : next;
      for (const byte of new TextEncoder().encode(inner.slice(i, end))) bytes.push(byte);
      i = end;
      continue;
    }
    const escape = /^\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|.)/.exec(inner.slice(i, i + 6))?.[0] ?? "\\";
    const paired =
      /^\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}/.exec(inner.slice(i, i + 12))?.[0] ?? escape;
    const read = bytesOf(paired);
    if (read === undefined) throw new SchemaError(at, `${paired} is not an escape sequence`);
    bytes.push(...read);
    i += paired.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch (error) {
    throw new SchemaError(at, `${text} is not UTF-8`, { cause: error });
  }
}

/** Whether a string has nothing but printable ASCII characters, none of them escaped. */
export function isPlain({ text }: Token): boolean {
  return !/[^ -~]|\\/.test(text);
}

/** Two digits are a byte, four are a code unit of UTF-16. */
function bytesOf(escape: string): readonly number[] | undefined {
  const code = ESCAPES.get(escape.slice(1));
  if (code !== undefined) return [code];
  if (/^\\x./.test(escape)) return [Number.parseInt(escape.slice(2), 16)];
  const units = [...escape.matchAll(/u(.{4})/g)].map((match) => Number.parseInt(match[1], 16));
  const isLone = units.length === 1 && units[0] >= 0xd800 && units[0] <= 0xdfff;
  return units.length === 0 || isLone ? undefined : [...new TextEncoder().encode(String.fromCharCode(...units))];
}
