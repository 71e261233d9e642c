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
export type { Codec, MessageCodec } from "./codec.js";
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
export { putNumbered } from "./crowding.js";
export * from "./fixed.js";
export { readGroup, writeGroup } from "./group.js";
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
export { fromJson, fromJsonString, toJson, toJsonString } from "./json/convert.js";
export type { FromJsonOptions, JsonCodec, JsonExtension, JsonForm, ToJsonOptions } from "./json/context.js";
export { jsonEnum } from "./json/enum.js";
export type { JsonField, JsonMessage, JsonTable } from "./json/field.js";
export type { JsonObject, JsonValue } from "./json/value.js";
export { messageCodec } from "./message.js";
export * from "./packed.js";
export { ABSENT, lacks, required } from "./required.js";
export { skipField } from "./skip.js";
export { UNKNOWN, keepField, type WithUnknown, writeUnknown } from "./unknown.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
export * from "./flat/index.js";
export * from "./well-known/any.js";
export * from "./well-known/duration.js";
export * from "./well-known/field-mask.js";
export * from "./well-known/struct.js";
export * from "./well-known/timestamp.js";
export * from "./well-known/wrapper.js";
