import type { Strings } from "../bytes/strings.js";

type Slice = (this: Uint8Array, start: number, end: number) => string;

const { latin1Slice, ucs2Slice }: { readonly latin1Slice?: Slice; readonly ucs2Slice?: Slice } = Buffer.prototype;

/**
 * Strings by Node's own functions, which take half the time of a `TextDecoder` and need no view made. They are not documented:
 * `undefined` where they are missing or do something else.
 */
export const nodeStrings: Strings | undefined = makeStrings();

function makeStrings(): Strings | undefined {
  if (latin1Slice === undefined || ucs2Slice === undefined) return undefined;
  const strings: Strings = {
    ascii: (bytes, start, end) => latin1Slice.call(bytes, start, end),
    utf16: (unitBytes, length) => ucs2Slice.call(unitBytes, 0, 2 * length),
  };
  const unitBytes = new Uint8Array(Uint16Array.of(0x4e2d, 0x41, 0).buffer);
  const works = strings.ascii(Uint8Array.of(0x61, 0x62, 0x63), 1, 3) === "bc" && strings.utf16(unitBytes, 2) === "中A";
  return works ? strings : undefined;
}
