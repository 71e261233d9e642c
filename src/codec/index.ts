export type { Codec } from "./codec.js";
export { Reader } from "../bytes/reader.js";
export { Writer } from "../bytes/writer.js";
