import type { JsonForm } from "../json/context.js";
import type { JsonScalar, JsonScalars } from "../json/field.js";
import { SCALARS } from "../json/scalar.js";

/** A `google.protobuf.StringValue`, `Int64Value` and so on: a value that may be missing. */
export interface Wrapped<T> {
  value: T;
}

/** A value as the message that stands for it; `undefined` stays so. */
export function wrap<T>(value: T | undefined): Wrapped<T> | undefined {
  return value === undefined ? undefined : { value };
}

/** The value that a message stands for; `undefined` stays so. */
export function unwrap<T>(message: Wrapped<T> | undefined): T | undefined {
  return message?.value;
}

/** The value itself. */
export function wrapperJson<K extends JsonScalar>(type: K): JsonForm<Wrapped<JsonScalars[K]>> {
  const scalar = SCALARS[type];
  return {
    isOwn: true,
    write: ({ value = scalar.empty }, c) => scalar.write(value, c),
    read: (json, c) => ({ value: scalar.read(json, c) }),
  };
}
