export {
  appendBools,
  appendBytes,
  appendNumbers,
  appendShared,
  appendString,
  appendStrings,
  appendStruct,
  appendStructs,
  appendTable,
  appendTables,
  appendUnions,
} from "./append.js";
export { FlatBytes, FlatReader } from "./bytes.js";
export * from "./check.js";
export { type FlatCodec, flatCodec, type FlatOptions, unverified } from "./codec.js";
export * from "./copy.js";
export {
  getBools,
  getString,
  getStrings,
  getStruct,
  getStructs,
  getTable,
  getTables,
  getUnion,
  getUnions,
} from "./get.js";
export * from "./get-scalar.js";
export { badField, present } from "./invalid.js";
export * from "./key.js";
export { FlatList, type List, getBoolAt } from "./list.js";
export { named, namedList } from "./named.js";
export { getNumbers, numbersAt } from "./numbers.js";
export * from "./set.js";
export { getText } from "./text.js";
export * from "./value.js";
export type { Verifier } from "./verifier.js";
export { place, placeLarge } from "./vtables.js";
export { beginTable, endTable, type FlatWriter } from "./writer.js";
