import { UNKNOWN, type WithUnknown } from "../unknown.js";
import type { JsonForm } from "./context.js";
import { readExtension, writeExtensions } from "./extension.js";
import type { JsonField } from "./field.js";
import { byName, type FieldsByName, readFields } from "./read.js";
import { writeFields } from "./write.js";

/**
 * The form of a message that JSON has no other one for: an object with its fields. Of these and of the bytes of heap that an
 * empty message takes the first use asks.
 */
export function objectForm<T extends WithUnknown>(
  name: string,
  make: () => T,
  sizeOf: () => number,
  fields: () => readonly JsonField[],
): JsonForm<T> {
  let list: readonly JsonField[] | undefined;
  let names: FieldsByName | undefined;
  let size: number | undefined;
  return {
    isOwn: false,
    write: (message, c) =>
      c.deeper(() => {
        const json = writeFields(message, (list ??= fields()), c);
        if (message[UNKNOWN] !== undefined) writeExtensions(name, message, json, c);
        return json;
      }),
    read: (json, c) =>
      c.deeper(() => {
        c.spend((size ??= sizeOf()));
        const message = make();
        names ??= byName(fields());
        return readFields(json, message, names, c, (key, value) => readExtension(name, message, [key, value], c));
      }),
  };
}
