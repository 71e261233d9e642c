const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The value of each digit, also of those that URLs have instead of the last two. */
const VALUES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  Array.from(`${ALPHABET}-_`, (digit, i) => [digit, i < 64 ? i : i - 2]),
);

/** `bytes` in the standard alphabet, padded. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text += ALPHABET[(bits >> shift) & 63];
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  return missing === 0 ? text : text.slice(0, -missing) + "=".repeat(missing);
}

/** The bytes that `text` stands for, in the standard or the URL alphabet, padded or not; nothing if it is neither. */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  if (digits.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let length = 0;
  for (let i = 0; i < digits.length; i++) {
    const value = VALUES.get(digits[i]);
    if (value === undefined) return undefined;
    bits = ((bits & 0xff) << 6) | value;
    // Each digit but the first of four completes a byte.
    if (i % 4 > 0) bytes[length++] = bits >> (6 - 2 * (i % 4));
  }
  return bytes;
}
