import { type FromJsonOptions, JsonContext, type ToJsonOptions } from "./context.js";
import { formOf } from "./forms.js";
import type { JsonMessage } from "./field.js";
import { parseJson } from "./text.js";
import type { JsonValue } from "./value.js";

/**
 * A message as the JSON that all implementations of Protocol Buffers understand: 64-bit integers as strings, `bytes` as
 * base64, enums by name, what holds its default left out. Throws `invalid_argument` for what JSON cannot say.
 */
export function toJson<T extends object>(
  type: JsonMessage<T>,
  message: Partial<T>,
  options?: ToJsonOptions,
): JsonValue {
  return formOf(type).write(message, new JsonContext(type.name, options, formOf));
}

/**
 * The message that JSON says, complete. Fields may be called as in the schema, too. Throws `invalid_argument`, with the
 * place, for what the schema does not allow, unknown fields included, and more than 100 messages inside each other, and
 * `resource_exhausted` as `decode` does.
 */
export function fromJson<T extends object>(type: JsonMessage<T>, json: JsonValue, options?: FromJsonOptions): T {
  return formOf(type).read(json, new JsonContext(type.name, options, formOf));
}

/** `toJson` as text. */
export function toJsonString<T extends object>(
  type: JsonMessage<T>,
  message: Partial<T>,
  options?: ToJsonOptions,
): string {
  return JSON.stringify(toJson(type, message, options));
}

/** `fromJson` of text. Also refuses what is no JSON, and objects with two members of one name. */
export function fromJsonString<T extends object>(type: JsonMessage<T>, text: string, options?: FromJsonOptions): T {
  const context = new JsonContext(type.name, options, formOf);
  return formOf(type).read(parseJson(text, context), context);
}
