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
export type { FromJsonOptions, JsonCodec, JsonForm, ToJsonOptions } from "./json/context.js";
export { jsonEnum } from "./json/enum.js";
export type { JsonField } from "./json/field.js";
export type { JsonObject, JsonValue } from "./json/value.js";
export { messageCodec } from "./message.js";
export { skipField } from "./skip.js";
export { UNKNOWN, keepField, type WithUnknown, writeUnknown } from "./unknown.js";
export { readTag } from "./varint.js";
export * from "./wide.js";
export * from "./well-known/any.js";
export * from "./well-known/duration.js";
export * from "./well-known/field-mask.js";
export * from "./well-known/struct.js";
export * from "./well-known/timestamp.js";
export * from "./well-known/wrapper.js";
