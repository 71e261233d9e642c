/** A number of so many bits, or text as it is. */
export type Word = readonly ["u8" | "u16" | "u32" | "i32", number] | readonly ["text", string];

/** Bytes put together by hand, little-endian. */
export function bytesOf(words: readonly Word[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(
      words.map(([kind, value]) => {
        if (kind === "text") return Buffer.from(value);
        const bytes = Buffer.alloc(kind === "u8" ? 1 : kind === "u16" ? 2 : 4);
        if (kind === "i32") bytes.writeInt32LE(value);
        else bytes.writeUIntLE(value, 0, bytes.length);
        return bytes;
      }),
    ),
  );
}

/** A buffer whose root table has these entries in its vtable, which is in front of it, and `words` in and behind it. */
export function table(entries: readonly number[], words: readonly Word[] = []): Uint8Array {
  const padded = entries.length % 2 === 0 ? entries : [...entries, 0];
  const size = 4 + 2 * padded.length;
  return bytesOf([
    ["u32", 4 + size],
    ["u16", size],
    ["u16", 4],
    ...padded.map((entry): Word => ["u16", entry]),
    ["i32", size],
    ...words,
  ]);
}
