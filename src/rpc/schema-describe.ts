import { readText, writeText } from "../bytes/text.js";
import { messageCodec } from "../codec/message.js";
import type { WithUnknown } from "../codec/unknown.js";
import { MillraceError } from "../error.js";
import { Table, unreadable } from "./schema-table.js";
import type { Method } from "./service.js";

/** Longer tables are refused unread. */
const MAX_TABLE_BYTES = 1024 * 1024;
const ID_BYTES = 4;

interface Question extends WithUnknown {
  /** The id of a service. */
  service: number;
}

interface Description extends WithUnknown {
  /** Its table, see `tableText`. */
  text: string;
}

/** 4 bytes, little-endian. */
const question = /* @__PURE__ */ messageCodec<Question>(
  "millrace.Question",
  0x2e9c66fc,
  () => ({ service: 0 }),
  (w, { service = 0 }) => {
    for (let shift = 0; shift < 32; shift += 8) w.bytes[w.pos++] = service >>> shift;
  },
  (r, end) => {
    if (end - r.pos !== ID_BYTES) throw new MillraceError("invalid_argument", "the id of a service has 4 bytes");
    return { service: r.view.getUint32(r.pos, true) };
  },
  () => [{ name: "service", type: "uint32" }],
);

/** Text, and nothing around it. */
const description = /* @__PURE__ */ messageCodec<Description>(
  "millrace.Description",
  0x46c3a36a,
  () => ({ text: "" }),
  (w, { text = "" }) => {
    w.pos = writeText(w.bytes, w.pos, text);
  },
  (r, end) => ({ text: readText(r.bytes, r.pos, end) }),
  () => [{ name: "text", type: "string" }],
);

/** Asks a peer for the table of one of its services. Every router answers it by itself. */
export const describe: Method<Question, Description> = {
  name: "describe",
  path: "millrace.Schema/Describe",
  id: 0x4d3501ed,
  kind: "unary",
  request: question,
  response: description,
};

/**
 * Reads the table that a peer sent.
 * @param fingerprint what the peer's HELLO said of it, if it did.
 */
export function readTable(text: string, fingerprint?: string): Table {
  if (text.length > MAX_TABLE_BYTES) throw unreadable(`the table is longer than ${MAX_TABLE_BYTES} bytes`);
  if (fingerprint !== undefined && fingerprintOf(text) !== fingerprint) {
    throw unreadable("the table does not match the fingerprint in the peer's HELLO");
  }
  const lines = text.split("\n");
  if (lines.pop() !== "") throw unreadable("the table is cut short");
  return new Table(lines);
}

/** A table as it travels: lines, each with a line feed behind it. */
export function tableText(table: readonly string[]): string {
  return table.map((line) => `${line}\n`).join("");
}

/** The 64-bit FNV-1a hash of ASCII text, in two halves of 32 bits; as 16 hexadecimal digits. */
export function fingerprintOf(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    low = (low ^ text.charCodeAt(i)) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((low << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
}
