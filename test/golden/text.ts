/**
 * Frames as text that a person can read and that still holds each byte: direction, then the header's fields, then
 * extension, payload and pad in hex, where 16 or more equal bytes are written `xx*count`.
 *
 * ```
 * c> 10000000 02 01 00 00 01000000 94a1b2c3 | 08010000          # OPEN END stream 1
 * ```
 */
const KINDS = [
  "?",
  "HELLO",
  "OPEN",
  "DATA",
  "RESET",
  "CREDIT",
  "PING",
  "PONG",
  "DRAIN",
  "MESSAGE",
  "SUBSCRIBED",
  "EVENT",
  "GAP",
];
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [1, "END"],
  [2, "MORE"],
  [8, "IGNORABLE"],
];

/** Where the fields of a header begin and end. */
const FIELDS: readonly (readonly [from: number, to: number])[] = [
  [0, 4],
  [4, 5],
  [5, 6],
  [6, 7],
  [7, 8],
  [8, 12],
  [12, 16],
];

/** Collects what one side writes and gives it as lines, a frame each. */
export class Scribe {
  private rest = new Uint8Array(0);

  constructor(
    private readonly side: string,
    private readonly lines: string[],
  ) {}

  write(bytes: Uint8Array): void {
    let all = Uint8Array.from([...this.rest, ...bytes]);
    while (all.length >= 16) {
      const padded = Math.ceil(new DataView(all.buffer, all.byteOffset).getUint32(0, true) / 8) * 8;
      if (all.length < padded) break;
      this.lines.push(`${this.side}> ${line(all.subarray(0, padded))}`);
      all = all.subarray(padded);
    }
    this.rest = all;
  }
}

function line(frame: Uint8Array): string {
  const fields = FIELDS.map(([from, to]) => hex(frame.subarray(from, to))).join(" ");
  const body = frame.length > 16 ? ` | ${body8(frame.subarray(16))}` : "";
  return `${fields}${body}  # ${comment(frame)}`;
}

function comment(frame: Uint8Array): string {
  const view = new DataView(frame.buffer, frame.byteOffset);
  const [stream, aux] = [view.getUint32(8, true), view.getUint32(12, true)];
  const flags = FLAGS.filter(([bit]) => (frame[5] & bit) !== 0).map(([, name]) => ` ${name}`);
  return `${KINDS[frame[4]]}${flags.join("")}, stream ${stream}, aux ${aux}, ${view.getUint32(0, true)} bytes`;
}

/** Bytes in hex; a run of equal bytes as one and its count. */
function body8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let plain: number[] = [];
  const flush = (): void => {
    if (plain.length > 0) parts.push(hex(plain));
    plain = [];
  };
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (bytes[at + run] === bytes[at]) run++;
    if (run >= 16) {
      flush();
      parts.push(`${hex([bytes[at]])}*${run}`);
    } else plain.push(...bytes.subarray(at, at + run));
    at += run;
  }
  flush();
  return parts.join(" ");
}

function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
