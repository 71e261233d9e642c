import type { Contend } from "../contender.js";
import { flatbuffers } from "./flatbuffers.js";
import { json } from "./json.js";
import { millrace, millraceVerified } from "./millrace.js";
import { msgpackr } from "./msgpackr.js";
import { protobufjs } from "./protobufjs.js";

/** Every contender by the name that tables show. */
export const contenders: ReadonlyMap<string, Contend> = new Map([
  ["millrace", millrace],
  ["millrace verified", millraceVerified],
  ["flatbuffers", flatbuffers],
  ["protobufjs", protobufjs],
  ["msgpackr", msgpackr],
  ["json", json],
]);
