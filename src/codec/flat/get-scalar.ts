import type { FlatBytes } from "./bytes.js";
import { find } from "./get.js";

// Numbers of a table. `otherwise` is what a field is when it was not sent: the default, or `undefined`.

export function getBool<D>(b: FlatBytes, at: number, entry: number, otherwise: D): boolean | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.bytes[place] !== 0;
}

export function getInt8<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getInt8(place);
}

export function getUint8<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.bytes[place];
}

export function getInt16<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getInt16(place, true);
}

export function getUint16<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getUint16(place, true);
}

export function getInt32<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getInt32(place, true);
}

export function getUint32<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getUint32(place, true);
}

export function getFloat32<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getFloat32(place, true);
}

export function getFloat64<D>(b: FlatBytes, at: number, entry: number, otherwise: D): number | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getFloat64(place, true);
}

export function getInt64<D>(b: FlatBytes, at: number, entry: number, otherwise: D): bigint | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getBigInt64(place, true);
}

export function getUint64<D>(b: FlatBytes, at: number, entry: number, otherwise: D): bigint | D {
  const place = find(b, at, entry);
  return place === 0 ? otherwise : b.view.getBigUint64(place, true);
}
