import type { Scalar } from "./model.js";

/** No number takes more characters; a regular expression could run out of stack on them. */
const MAX_LENGTH = 1000;

/** The integer that a text is, in decimal or hexadecimal digits, or `undefined`. */
export function readInteger(text: string): bigint | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = /^ *([+-]?)(0[xX][\da-fA-F]+|\d+)$/.exec(text);
  if (match === null) return undefined;
  const value = BigInt(match[2]);
  return match[1] === "-" ? -value : value;
}

/** The number that a text is, `inf` and `nan` and hexadecimal ones with an exponent included, or `undefined`. */
export function readFloat(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = /^ *([+-]?)(?:(nan)|(inf(?:inity)?)|(0x.*)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, nan, infinity, hex, decimal] = match;
  if (nan !== undefined) return Number.NaN;
  const value = infinity !== undefined ? Infinity : hex !== undefined ? readHexFloat(hex) : Number(decimal);
  return sign === "-" && value !== undefined ? -value : value;
}

/** The exponent is of two and must be there. */
function readHexFloat(text: string): number | undefined {
  const match = /^0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i.exec(text);
  if (match === null || match[1] + match[2] === "") return undefined;
  return Number(BigInt(`0x${match[1]}${match[2]}`)) * 2 ** (Number(match[3]) - 4 * match[2].length);
}

/** The integers that a scalar can be; a `bool` is a byte. */
export function rangeOf(scalar: Scalar): { readonly min: bigint; readonly max: bigint } {
  if (scalar === "bool") return { min: 0n, max: 255n };
  const bits = BigInt(/\d+$/.exec(scalar)?.[0] ?? 0);
  return scalar.startsWith("uint")
    ? { min: 0n, max: 2n ** bits - 1n }
    : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n };
}

export function isInRange(value: bigint, scalar: Scalar): boolean {
  const { min, max } = rangeOf(scalar);
  return value >= min && value <= max;
}

export function isFloat(scalar: Scalar): boolean {
  return scalar === "float32" || scalar === "float64";
}
