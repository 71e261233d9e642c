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
export {
  putBool,
  putEnum,
  putInt32,
  putSint32,
  putUint32,
  readBool,
  readEnum,
  readInt32,
  readSint32,
  readUint32,
  writeBool,
  writeEnum,
  writeInt32,
  writeSint32,
  writeUint32,
} from "./integer.js";
export { messageCodec } from "./message.js";
export * from "./packed.js";
export { skipField } from "./skip.js";
export { UNKNOWN, keepField, type WithUnknown, writeUnknown } from "./unknown.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
