import { UNKNOWN, type WithUnknown } from "../unknown.js";
import type { JsonForm } from "./context.js";
import { readExtension, writeExtensions } from "./extension.js";
import type { JsonField } from "./field.js";
import { byName, type FieldsByName, readFields } from "./read.js";
import { writeFields } from "./write.js";

/** The form of a message that JSON has no other one for: an object with its fields, which are first asked for when needed. */
export function objectForm<T extends WithUnknown>(
  name: string,
  make: () => T,
  fields: () => readonly JsonField[],
): JsonForm<T> {
  let list: readonly JsonField[] | undefined;
  let names: FieldsByName | undefined;
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
        const message = make();
        names ??= byName(fields());
        return readFields(json, message, names, c, (key, value) => readExtension(name, message, [key, value], c));
      }),
  };
}
