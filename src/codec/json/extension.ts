import { pickFields, replaceFields } from "../pick.js";
import type { WithUnknown } from "../unknown.js";
import type { JsonContext } from "./context.js";
import { type JsonObject, type JsonValue, put } from "./value.js";

/** Adds the extensions of a message called `name` that the caller gave types for to its JSON. */
export function writeExtensions(name: string, message: WithUnknown, json: JsonObject, c: JsonContext): void {
  for (const extension of c.extensions(name)) {
    const fields = pickFields(message, extension);
    if (fields.length === 0) continue;
    for (const [key, value] of Object.entries(extension.toJson(fields, c))) put(json, key, value);
  }
}

/** Takes `[package.name]` into a message called `name`; returns whether it is an extension that the caller gave. */
export function readExtension(
  name: string,
  message: WithUnknown,
  [key, json]: [string, JsonValue],
  c: JsonContext,
): boolean {
  const extension = c.extensions(name).find((candidate) => `[${candidate.name}]` === key);
  if (extension === undefined) return false;
  replaceFields(message, extension, extension.fromJson({ [key]: json }, c));
  return true;
}
