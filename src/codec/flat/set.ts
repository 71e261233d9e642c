import { badField } from "./invalid.js";
import { isArray, type List } from "./list.js";
import type { NumbersClass, TypedArray } from "./numbers.js";
import type { FlatWriter } from "./writer.js";
import { bool, flags32, float32, float64, int16, int32, int64, int8, uint16, uint32, uint64, uint8 } from "./value.js";

// Values at a place that is theirs already, and that there is room for: in structs and lists.

/** 64 bits and their halves: by way of these twice as fast as `setBigInt64`, which V8 does not inline. */
const wide = /* @__PURE__ */ new BigInt64Array(1);
const halves = /* @__PURE__ */ new Int32Array(wide.buffer);

/** Stores one value at `at`. */
export type Set<T> = (view: DataView, at: number, value: T, field: string) => void;

export function setBool(view: DataView, at: number, value: boolean, field: string): void {
  view.setUint8(at, bool(value, field));
}

export function setInt8(view: DataView, at: number, value: number, field: string): void {
  view.setInt8(at, int8(value, field));
}

export function setUint8(view: DataView, at: number, value: number, field: string): void {
  view.setUint8(at, uint8(value, field));
}

export function setInt16(view: DataView, at: number, value: number, field: string): void {
  view.setInt16(at, int16(value, field), true);
}

export function setUint16(view: DataView, at: number, value: number, field: string): void {
  view.setUint16(at, uint16(value, field), true);
}

export function setInt32(view: DataView, at: number, value: number, field: string): void {
  view.setInt32(at, int32(value, field), true);
}

export function setUint32(view: DataView, at: number, value: number, field: string): void {
  view.setUint32(at, uint32(value, field), true);
}

export function setFlags32(view: DataView, at: number, value: number, field: string): void {
  view.setInt32(at, flags32(value, field), true);
}

export function setInt64(view: DataView, at: number, value: bigint, field: string): void {
  wide[0] = int64(value, field);
  view.setInt32(at, halves[0], true);
  view.setInt32(at + 4, halves[1], true);
}

export function setUint64(view: DataView, at: number, value: bigint, field: string): void {
  wide[0] = uint64(value, field);
  view.setInt32(at, halves[0], true);
  view.setInt32(at + 4, halves[1], true);
}

export function setFloat32(view: DataView, at: number, value: number, field: string): void {
  view.setFloat32(at, float32(value, field), true);
}

export function setFloat64(view: DataView, at: number, value: number, field: string): void {
  view.setFloat64(at, float64(value, field), true);
}

/** Stores the `length` items of a fixed array, `size` bytes each. */
export function setArray<T>(
  view: DataView,
  at: number,
  list: List<T>,
  field: string,
  length: number,
  size: number,
  set: Set<T>,
): void {
  if (list?.length !== length) badField(field, list, `a list of ${length}`);
  setEach(view, at, list, field, size, set);
}

/** Stores the items of `list` one behind the other, `size` bytes each. */
export function setEach<T>(view: DataView, at: number, list: List<T>, field: string, size: number, set: Set<T>): void {
  const end = at + list.length * size;
  let place = at;
  if (isArray(list)) {
    // By index: V8 does not see through the iterators of lists of many kinds.
    for (let i = 0; place < end; i++, place += size) set(view, place, list[i], field);
    return;
  }
  for (const item of list) {
    if (place === end) break;
    set(view, place, item, field);
    place += size;
  }
  if (place !== end) badField(field, list, "a list of as many items as its length says");
}

/** Clears `[from, to)`, which no field is in. */
export function zero(view: DataView, from: number, to: number): void {
  for (let at = from; at < to; at++) view.setUint8(at, 0);
}

/** Stores numbers one behind the other; those of a typed array that are stored as they are, at once. */
export function setNumbers<T extends number | bigint, A extends TypedArray>(
  w: FlatWriter,
  at: number,
  list: List<T>,
  field: string,
  type: NumbersClass<A>,
  set: Set<T>,
): void {
  if (list.length <= LOOP_LENGTH || !isOf(list, type)) setEach(w.view, at, list, field, type.BYTES_PER_ELEMENT, set);
  else if (w.matters(at + list.byteLength)) w.copy(at, list, type);
}

/** As `setNumbers`, for the bytes of a `Uint8Array`. */
export function setBytes(w: FlatWriter, at: number, list: List<number>, field: string): void {
  const { bytes, view } = w;
  const { length } = list;
  if (!(list instanceof Uint8Array)) return setEach(view, at, list, field, 1, setUint8);
  if (length > LOOP_LENGTH) {
    if (w.matters(at + length)) bytes.set(list, at);
    return;
  }
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    view.setInt32(at + i, list[i] | (list[i + 1] << 8) | (list[i + 2] << 16) | (list[i + 3] << 24), true);
  }
  for (; i < length; i++) bytes[at + i] = list[i];
}

/** Whether `list` is of this class; `instanceof` takes longer where the class is not known beforehand. */
function isOf<A extends TypedArray>(list: object, type: NumbersClass<A>): list is A {
  return ArrayBuffer.isView(list) && list.constructor === type;
}

/** Up to so many numbers, a loop beats the view that it takes to copy them at once. */
const LOOP_LENGTH = 16;
