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
export { leave, readEnd, readMessage, within } from "./bounds.js";
export type { Codec } from "./codec.js";
export * from "./fixed.js";
export * from "./integer.js";
export { messageCodec } from "./message.js";
export { skipField } from "./skip.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
