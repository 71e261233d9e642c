import type { PairSubject, Transport } from "../pair/load.js";

/** Ourselves. */
export const millrace: PairSubject = { name: "millrace", module: new URL("./peers/millrace.js", import.meta.url) };

/** What many write by hand. */
export const wsJson: PairSubject = { name: "ws+json", module: new URL("./peers/ws-json.js", import.meta.url) };

/** The least that anybody pays over `transport`. */
export function floor(transport: Transport): PairSubject {
  const file = transport === "ws" ? "floor-ws" : "floor-socket";
  return { name: "floor", module: new URL(`./peers/${file}.js`, import.meta.url) };
}
