import { pickFields, replaceFields } from "../pick.js";
import type { WithUnknown } from "../unknown.js";
import type { JsonContext } from "./context.js";
import { byName, readFields } from "./read.js";
import { writeFields } from "./write.js";
import { type JsonObject, type JsonValue, put } from "./value.js";

/** Adds the extensions of a message called `name` that the caller gave types for to its JSON. */
export function writeExtensions(name: string, message: WithUnknown, json: JsonObject, c: JsonContext): void {
  for (const extension of c.extensions(name)) {
    const fields = pickFields(message, extension);
    if (fields.length === 0) continue;
    const held = c.attempt(() => extension.codec.fromBytes(fields));
    for (const [key, value] of Object.entries(writeFields(held, extension.codec.json.fields(), c)))
      put(json, key, value);
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
  const { codec } = extension;
  const held = readFields({ [key]: json }, codec.json.make(), byName(codec.json.fields()), c);
  replaceFields(
    message,
    extension,
    c.attempt(() => codec.toBytes(held)),
  );
  return true;
}
