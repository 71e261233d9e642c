/** How the platform makes a string of memory that is known to be text of one kind. */
export interface Strings {
  /** The ASCII text in `[start, end)` of `bytes`. */
  ascii(bytes: Uint8Array, start: number, end: number): string;
  /** The first `length` UTF-16 units of which `unitBytes` are the bytes, in the order of the machine. */
  utf16(unitBytes: Uint8Array, length: number): string;
}

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

const IS_LITTLE_ENDIAN = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new Uint16Array([1]).buffer)[0] === 1;
const utf16 = /* @__PURE__ */ new TextDecoder(IS_LITTLE_ENDIAN ? "utf-16le" : "utf-16be", { ignoreBOM: true });

/** What every platform has. */
export const anyStrings: Strings = {
  ascii: (bytes, start, end) => utf8.decode(bytes.subarray(start, end)),
  utf16: (unitBytes, length) => utf16.decode(unitBytes.subarray(0, 2 * length)),
};
