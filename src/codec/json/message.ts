import { Reader } from "../../bytes/reader.js";
import { NO_BYTES } from "../block.js";
import { setBudget } from "../budget.js";
import { UNKNOWN, type WithUnknown } from "../unknown.js";
import type { JsonForm } from "./context.js";
import { readExtension, writeExtensions } from "./extension.js";
import { byName, type FieldsByName, readFields } from "./read.js";
import type { JsonField, JsonTable } from "./field.js";
import { writeFields } from "./write.js";

/**
 * The form of a message that JSON has no other one for: an object with its fields. Of these and of the bytes of heap that an
 * empty message takes the first use asks.
 */
export function objectForm<T extends WithUnknown>(name: string, { make, read, fields }: JsonTable<T>): JsonForm<T> {
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
        c.spend((size ??= sizeOfEmpty(read)));
        const message = make();
        names ??= byName(fields());
        return readFields(json, message, names, c, (key, value) => readExtension(name, message, [key, value], c));
      }),
  };
}

/** What an empty message takes, by what `read` counts for it. */
function sizeOfEmpty(read: (r: Reader, end: number) => unknown): number {
  const reader = new Reader(NO_BYTES);
  setBudget(reader);
  const before = reader.budget;
  read(reader, 0);
  return before - reader.budget - (reader.lacking?.heapBytes ?? 0);
}
