import type { Reader } from "../bytes/reader.js";
import type { Writer } from "../bytes/writer.js";
import { badBytes, badValue } from "./invalid.js";
import { writeTag } from "./varint.js";
import { asNumber, asSigned, asUnsigned, HIGH, LOW, readWords, setBig, setNumber, words, writeWords } from "./words.js";

// 64-bit varints: as `bigint`, and as safe `number` where the schema says `jstype = JS_NUMBER`.

const UINT64 = "a 64-bit unsigned integer";
const INT64 = "a 64-bit integer";

/** Sets the words to `value`; refuses what is no 64-bit integer. */
function setInt64(value: bigint, tag: number): void {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) badValue(tag, value, INT64);
  setBig(value);
}

/** Maps the words so that small integers of either sign have few bits. */
function zigzag(): void {
  const low = words[LOW];
  const high = words[HIGH];
  const sign = high >> 31;
  words[LOW] = (low << 1) ^ sign;
  words[HIGH] = ((high << 1) | (low >>> 31)) ^ sign;
}

/** Undoes `zigzag`. */
function unzigzag(): void {
  const low = words[LOW];
  const high = words[HIGH];
  const sign = -(low & 1);
  words[LOW] = ((low >>> 1) | (high << 31)) ^ sign;
  words[HIGH] = (high >>> 1) ^ sign;
}

export function writeUint64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putUint64(w, value, tag);
}

export function putUint64(w: Writer, value: bigint, tag: number): void {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) badValue(tag, value, UINT64);
  setBig(value);
  writeWords(w);
}

export function readUint64(r: Reader): bigint {
  readWords(r);
  return asUnsigned();
}

export function writeInt64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putInt64(w, value, tag);
}

export function putInt64(w: Writer, value: bigint, tag: number): void {
  setInt64(value, tag);
  writeWords(w);
}

export function readInt64(r: Reader): bigint {
  readWords(r);
  return asSigned();
}

export function writeSint64(w: Writer, tag: number, value: bigint): void {
  writeTag(w, tag);
  putSint64(w, value, tag);
}

export function putSint64(w: Writer, value: bigint, tag: number): void {
  setInt64(value, tag);
  zigzag();
  writeWords(w);
}

export function readSint64(r: Reader): bigint {
  readWords(r);
  unzigzag();
  return asSigned();
}

export function writeUint64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putUint64Number(w, value, tag);
}

export function putUint64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value) || value < 0) badValue(tag, value, "an unsigned safe integer");
  setNumber(value);
  writeWords(w);
}

export function readUint64Number(r: Reader): number {
  readWords(r);
  return safeUnsigned(r);
}

export function writeInt64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putInt64Number(w, value, tag);
}

export function putInt64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value)) badValue(tag, value, "a safe integer");
  setNumber(value);
  writeWords(w);
}

export function readInt64Number(r: Reader): number {
  readWords(r);
  return safeSigned(r);
}

export function writeSint64Number(w: Writer, tag: number, value: number): void {
  writeTag(w, tag);
  putSint64Number(w, value, tag);
}

export function putSint64Number(w: Writer, value: number, tag: number): void {
  if (!Number.isSafeInteger(value)) badValue(tag, value, "a safe integer");
  setNumber(value);
  zigzag();
  writeWords(w);
}

export function readSint64Number(r: Reader): number {
  readWords(r);
  unzigzag();
  return safeSigned(r);
}

/** The words as a signed number; refuses one that a number would round. */
export function safeSigned(r: Reader): number {
  const number = asNumber(words[HIGH]);
  return Number.isSafeInteger(number) ? number : badBytes(r, `${asSigned()} is not a safe integer`);
}

/** The words as an unsigned number; refuses one that a number would round. */
export function safeUnsigned(r: Reader): number {
  const number = asNumber(words[HIGH] >>> 0);
  return Number.isSafeInteger(number) ? number : badBytes(r, `${asUnsigned()} is not a safe integer`);
}
