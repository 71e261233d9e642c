export { Reader } from "../bytes/reader.js";
export { Writer } from "../bytes/writer.js";
export {
  begin,
  finish,
  NO_BYTES,
  readBytes,
  readString,
  writeBytes,
  writeLength,
  writeMessage,
  writeString,
} from "./block.js";
export { leave, readMessage, readPacked, within } from "./bounds.js";
export { charge, grown } from "./budget.js";
export type { Codec } from "./codec.js";
export * from "./fixed.js";
export * from "./integer.js";
export { messageCodec } from "./message.js";
export { skipField } from "./skip.js";
export { UNKNOWN, keepField, type WithUnknown, writeUnknown } from "./unknown.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
export * from "./flat/index.js";
