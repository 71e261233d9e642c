export { Reader } from "../bytes/reader.js";
export { Writer } from "../bytes/writer.js";
export {
  begin,
  finish,
  NO_BYTES,
  readBytes,
  readLooseString,
  readString,
  writeBytes,
  writeLength,
  writeMessage,
  writeString,
} from "./block.js";
export { leave, readMessage, readPacked, within } from "./bounds.js";
export { charge, grown } from "./budget.js";
export { namesOf, pushClosed, readClosed, readClosedEntry, type NamedNumbers } from "./closed.js";
export type { Codec } from "./codec.js";
export {
  clearExtension,
  type Extension,
  extension,
  getExtension,
  hasExtension,
  type Held,
  inMessageSet,
  setExtension,
  withDefault,
} from "./extension.js";
export * from "./fixed.js";
export { readGroup, writeGroup } from "./group.js";
export * from "./integer.js";
export { messageCodec } from "./message.js";
export { ABSENT, lacks, required } from "./required.js";
export { skipField } from "./skip.js";
export { UNKNOWN, keepField, type WithUnknown, writeUnknown } from "./unknown.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
export * from "./flat/index.js";
