import { readText, writeText } from "../bytes/text.js";
import { messageCodec } from "../codec/message.js";
import type { WithUnknown } from "../codec/unknown.js";
import { MillraceError } from "../error.js";
import type { Method } from "./service.js";

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

/** A table as it travels: lines, each with a line feed behind it. */
export function tableText(table: readonly string[]): string {
  return table.map((line) => `${line}\n`).join("");
}
