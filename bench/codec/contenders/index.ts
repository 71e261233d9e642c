import type { Contend } from "../contender.js";
import { json } from "./json.js";
import { millrace, millraceOwned } from "./millrace.js";
import { msgpackr } from "./msgpackr.js";
import { pbf } from "./pbf.js";
import { protobufEs } from "./protobuf-es.js";
import { protobufjs } from "./protobufjs.js";

/** The one that differs from `millrace` only where a message has `bytes`. */
export const OWNED = "millrace-owned";

/** Every contender by the name that tables show. */
export const contenders: ReadonlyMap<string, Contend> = new Map([
  ["millrace", millrace],
  [OWNED, millraceOwned],
  ["protobufjs", protobufjs],
  ["protobuf-es", protobufEs],
  ["pbf", pbf],
  ["msgpackr", msgpackr],
  ["json", json],
]);
