import { readText } from "../../bytes/text.js";
import { MillraceError } from "../../error.js";
import type { FlatBytes } from "./bytes.js";

/** The text whose length stands at `at`. Throws `invalid_argument` when it is not UTF-8. */
export function getText(b: FlatBytes, at: number): string {
  const start = at + 4;
  try {
    return readText(b.bytes, start, start + b.view.getUint32(at, true));
  } catch (error) {
    throw new MillraceError("invalid_argument", "a string is not valid UTF-8", { cause: error });
  }
}
