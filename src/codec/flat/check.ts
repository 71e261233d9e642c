import { badBuffer } from "./invalid.js";
import type { Verifier, VerifyTable } from "./verifier.js";

// What the generated verifiers call for each field of the table at `at`; `entry` is where its vtable says where the field is.

/** Where a field lies; 0 where the table does not have it. The vtable is sound. */
function find({ view }: Verifier, at: number, entry: number): number {
  const vtable = at - view.getInt32(at, true);
  if (entry >= view.getUint16(vtable, true)) return 0;
  const offset = view.getUint16(vtable + entry, true);
  return offset === 0 ? 0 : at + offset;
}

/** Where that lies which a field leads to; 0 where the table does not have it. */
function findFar(v: Verifier, at: number, entry: number, field: string): number {
  const place = find(v, at, entry);
  return place === 0 ? 0 : v.follow(field, place);
}

/** A required field; what it leads to is checked elsewhere. */
export function checkRequired(v: Verifier, at: number, entry: number, field: string): void {
  if (find(v, at, entry) === 0) badBuffer(field, "is required, and is not there");
}

/** A number or struct of `size` bytes. */
export function checkField(v: Verifier, at: number, entry: number, field: string, size: number, align = size): void {
  const place = find(v, at, entry);
  if (place !== 0) v.place(field, place, size, align);
}

export function checkString(v: Verifier, at: number, entry: number, field: string): void {
  const place = findFar(v, at, entry, field);
  if (place !== 0) v.text(field, place);
}

export function checkTable(v: Verifier, at: number, entry: number, field: string, verify: VerifyTable): void {
  const place = findFar(v, at, entry, field);
  if (place !== 0) v.table(field, place, verify);
}

/** A list of numbers or structs of `size` bytes. */
export function checkList(v: Verifier, at: number, entry: number, field: string, size: number): void {
  const place = findFar(v, at, entry, field);
  if (place !== 0) v.list(field, place, size);
}

export function checkStrings(v: Verifier, at: number, entry: number, field: string): void {
  const place = findFar(v, at, entry, field);
  if (place === 0) return;
  const end = offsets(v, field, place);
  for (let i = place + 4; i < end; i += 4) v.text(field, v.follow(field, i));
}

export function checkTables(v: Verifier, at: number, entry: number, field: string, verify: VerifyTable): void {
  const place = findFar(v, at, entry, field);
  if (place === 0) return;
  const end = offsets(v, field, place);
  for (let i = place + 4; i < end; i += 4) v.table(field, v.follow(field, i), verify);
}

/** Where the list of offsets at `place` ends. */
function offsets(v: Verifier, field: string, place: number): number {
  const length = v.list(field, place, 4);
  v.charge(field, length);
  return place + 4 + 4 * length;
}

/** A list of bytes that holds a buffer, with or without an identifier. */
export function checkNested(v: Verifier, at: number, entry: number, field: string, verify: VerifyTable): void {
  const place = findFar(v, at, entry, field);
  if (place === 0) return;
  const length = v.list(field, place, 1);
  v.buffer(field, place + 4, place + 4 + length, undefined, verify);
}

/** Checks the member with this number that lies at `at`; members that the schema does not know pass. */
export type VerifyUnion = (v: Verifier, at: number, field: string, number: number) => void;

/** A union; the number of its member stands in the entry before. */
export function checkUnion(v: Verifier, at: number, entry: number, field: string, verify: VerifyUnion): void {
  checkField(v, at, entry - 2, field, 1);
  const type = find(v, at, entry - 2);
  const number = type === 0 ? 0 : v.bytes[type];
  const place = findFar(v, at, entry, field);
  if ((number === 0) !== (place === 0)) badBuffer(field, "has a type without a value, or a value without a type");
  if (place !== 0) verify(v, place, field, number);
}

/** A list of unions; the list of their members' numbers stands in the entry before. */
export function checkUnions(v: Verifier, at: number, entry: number, field: string, verify: VerifyUnion): void {
  const types = findFar(v, at, entry - 2, field);
  const place = findFar(v, at, entry, field);
  if ((types === 0) !== (place === 0)) badBuffer(field, "has types without values, or values without types");
  if (place === 0) return;
  const length = v.list(field, types, 1);
  const end = offsets(v, field, place);
  if (end - place - 4 !== 4 * length) badBuffer(field, "has not as many values as types");
  for (let i = 0; i < length; i++) {
    const number = v.bytes[types + 4 + i];
    const item = place + 4 + 4 * i;
    if (number !== 0) verify(v, v.follow(field, item), field, number);
  }
}
