import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";

/**
 * The entry of a HELLO that lists the services its sender answers at that moment; padded with zeros to 8:
 *
 * ```
 * 0          2        4            8             16
 * | type = 1 | length | service id | fingerprint | the next service …
 * ```
 */
const SERVICES = 1;
const SERVICE_BYTES = 12;
/** More do not fit the first frame; a list that is not whole would be taken for one that is. */
const MOST_SERVICES = 1000;
/** What a peer without a list listed; one for all links. */
export const NO_SERVICES: ReadonlyMap<number, string> = /* @__PURE__ */ new Map();

/** A service and what it is like on the wire, both as hashes. */
export interface ServiceMark {
  /** 32-bit FNV-1a hash of its full name. */
  readonly id: number;
  /** 64-bit FNV-1a hash of its table, as 16 hexadecimal digits. */
  readonly fingerprint: string;
}

/** Writes the entry, unless it would list none or more than 1,000. */
export function writeServices(writer: Writer, services: readonly ServiceMark[]): void {
  if (services.length === 0 || services.length > MOST_SERVICES) return;
  const { view, pos } = writer;
  view.setUint16(pos, SERVICES, true);
  view.setUint16(pos + 2, services.length * SERVICE_BYTES, true);
  let at = pos + 4;
  for (const { id, fingerprint } of services) {
    view.setUint32(at, id, true);
    view.setBigUint64(at + 4, BigInt(`0x${fingerprint}`), true);
    at += SERVICE_BYTES;
  }
  for (; (at - pos) % 8 !== 0; at++) view.setUint8(at, 0);
  writer.pos = at;
}

/**
 * The fingerprints that the entries from `skip` on in the payload of a HELLO list, by service id.
 * Throws `invalid_argument` for an entry that is cut short.
 */
export function readServices(frame: Frame, skip: number): ReadonlyMap<number, string> {
  const { view, pos, end } = frame.reader;
  const found = new Map<number, string>();
  for (let at = pos + skip; at + 4 <= end; ) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (next > end) throw new MillraceError("invalid_argument", "an entry of the peer's HELLO is cut short");
    if (view.getUint16(at, true) === SERVICES) {
      for (let mark = at + 4; mark + SERVICE_BYTES <= next; mark += SERVICE_BYTES) {
        found.set(
          view.getUint32(mark, true),
          view
            .getBigUint64(mark + 4, true)
            .toString(16)
            .padStart(16, "0"),
        );
      }
    }
    at += (next - at + 7) & ~7;
  }
  return found.size === 0 ? NO_SERVICES : found;
}
