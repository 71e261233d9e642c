/** As much of Protocol Buffers as echo.proto needs: varints and bytes. */

type Field = number | Uint8Array;

/** A message of fields by number; as proto3 says, a field with its default value is not sent. */
export function encode(fields: { readonly [field: number]: Field }): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (typeof value === "number") {
      if (value !== 0) parts.push(Uint8Array.of(...varint(Number(field) * 8), ...varint(value)));
    } else if (value.length > 0) {
      parts.push(Uint8Array.of(...varint(Number(field) * 8 + 2), ...varint(value.length)), value);
    }
  }
  return Buffer.concat(parts);
}

/** The fields of a message; one that was not sent is missing. */
export function decode(bytes: Uint8Array): { [field: number]: Field | undefined } {
  const fields: { [field: number]: Field } = {};
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const value = readVarint();
    if (tag % 8 === 2) at += value;
    fields[tag >>> 3] = tag % 8 === 2 ? bytes.subarray(at - value, at) : value;
  }
  return fields;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
