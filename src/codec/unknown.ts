import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { charge } from "./budget.js";
import { badValue } from "./invalid.js";
import { endGroup, skipField } from "./skip.js";
import { sizeOfVarint, writeVarint } from "./varint.js";

/**
 * The key under which a message has the fields that its schema does not know. A symbol, so that it is no field's name and
 * shows in neither `Object.keys` nor JSON, but is copied by `{ ...message }`; registered, so that copies of this package agree.
 */
export const UNKNOWN: unique symbol = /* @__PURE__ */ Symbol.for("millrace.unknown");

/** What every message may have. */
export interface WithUnknown {
  /**
   * The fields that the schema does not know, encoded, in the order in which they came: in memory of the message's own, and
   * written behind the known ones when it is encoded. Not there when there are none; delete it to drop them.
   */
  [UNKNOWN]?: Uint8Array | undefined;
}

/** Heap that a message takes for having unknown fields at all. */
const KEPT_BYTES = 200;

/** Takes a field that the schema does not know into `m`, as it came. */
export function keepField(r: Reader, tag: number, end: number, m: WithUnknown): void {
  if ((tag & 7) === 4) return endGroup(r, tag, end);
  const start = r.pos;
  skipField(r, tag, end);
  keepFrom(r, tag, start, m);
}

/** Takes what was read since `start` into `m`, as the unknown field that `tag` is of. */
export function keepFrom(r: Reader, tag: number, start: number, m: WithUnknown): void {
  const before = m[UNKNOWN] ?? charge(r, KEPT_BYTES, NONE);
  const tagBytes = sizeOfVarint(tag);
  const kept = extend(before, tagBytes + r.pos - start);
  writeVarint(kept, before.length, tag);
  kept.set(r.bytes.subarray(start, r.pos), before.length + tagBytes);
  r.copiedBytes += r.pos - start;
  m[UNKNOWN] = kept;
}

const NONE = /* @__PURE__ */ new Uint8Array(0);

/** The same bytes with room for `count` more, of which the first are of their exact size; then room doubles, so that many take linear time. */
function extend(bytes: Uint8Array, count: number): Uint8Array {
  const length = bytes.length + count;
  if (bytes.length === 0) return new Uint8Array(length);
  if (length <= bytes.buffer.byteLength) return new Uint8Array(bytes.buffer, 0, length);
  const larger = new Uint8Array(new ArrayBuffer(2 * length), 0, length);
  larger.set(bytes);
  return larger;
}

/** Writes the fields that a message was decoded with and its schema does not know. */
export function writeUnknown(w: Writer, bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) badValue(0, bytes, "a Uint8Array of encoded fields");
  w.put(bytes);
}
