import type { JsonForm } from "./context.js";
import type { JsonField } from "./field.js";
import { byName, type FieldsByName, readFields } from "./read.js";
import { writeFields } from "./write.js";

/** The form of a message that JSON has no other one for: an object with its fields, which are first asked for when needed. */
export function objectForm<T extends object>(make: () => T, fields: () => readonly JsonField[]): JsonForm<T> {
  let list: readonly JsonField[] | undefined;
  let names: FieldsByName | undefined;
  return {
    isOwn: false,
    write: (message, c) => c.deeper(() => writeFields(message, (list ??= fields()), c)),
    read: (json, c) => c.deeper(() => readFields(json, make(), (names ??= byName(fields())), c)),
  };
}
