/** All that a reader gives, as one text: every getter is called, every list walked. */
export function readAll(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "bigint") return `${inner}n`;
    if (typeof inner === "number") return Object.is(inner, -0) ? "-0" : String(inner);
    return ArrayBuffer.isView(inner)
      ? Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString("hex")
      : inner;
  });
}
