import { checkCustomOptions } from "./custom-options.js";
import { holdersOf } from "./holders.js";
import {
  allExtensions,
  allMessages,
  type Enum,
  type Message,
  type Schema,
  SchemaError,
  type TypeName,
} from "./model.js";
import type { Names } from "./option-value.js";
import { declaredIn, isExtension, isType, View } from "./symbols.js";

/**
 * Sets the target of every type name, then looks custom options up. Throws a `SchemaError` for what is declared twice,
 * for a name that no imported file declares, and for custom options that cannot be so.
 */
export function link(schemas: readonly Schema[]): void {
  const byPath = new Map(schemas.map((schema) => [schema.path, schema]));
  const declared = declaredIn(schemas);
  for (const schema of schemas) linkTypes(schema, new View(schema, byPath, declared, false));
  for (const schema of schemas) {
    const finder = finderOf(new View(schema, byPath, declared, true));
    for (const holder of holdersOf(schema)) checkCustomOptions(holder, finder, schema.edition);
  }
}

function linkTypes(schema: Schema, view: View): void {
  const extensions = allExtensions(schema);
  for (const { type } of [...allMessages(schema).flatMap(({ fields }) => fields), ...extensions]) {
    if (typeof type !== "string") type.target = resolve(type, view, true);
  }
  for (const { extendee } of extensions) extendee.target = resolveMessage(extendee, view, "only messages are extended");
  for (const { request, response } of schema.services.flatMap(({ methods }) => methods)) {
    for (const type of [request, response]) type.target = resolveMessage(type, view, "a method takes messages");
  }
}

/** `types`: names of what is no type are passed by. */
function resolve(type: TypeName, view: View, types: boolean): Message | Enum {
  const { name, at, scope } = type;
  const { fullName, meaning } = view.find(name, scope, types);
  if (isType(meaning)) {
    if (meaning.local && meaning.at.file !== at.file)
      throw new SchemaError(at, `${name} is local to ${meaning.at.file}`);
    return meaning;
  }
  if (meaning !== undefined) throw new SchemaError(at, `${name} is not a type`);
  if (fullName !== name && !name.startsWith(".")) {
    throw new SchemaError(at, `${name} means ${fullName} here, which is not declared; .${name} starts from the top`);
  }
  throw new SchemaError(at, `${name} is neither declared here nor in a file imported here`);
}

function resolveMessage(type: TypeName, view: View, rule: string): Message {
  const target = resolve(type, view, false);
  if (target.kind !== "message") throw new SchemaError(type.at, `${type.name} is an enum: ${rule}`);
  return target;
}

function finderOf(view: View): Names {
  return {
    extension(name, scope) {
      const { meaning } = view.find(name, scope, false);
      return isExtension(meaning) ? meaning : undefined;
    },
    message(fullName) {
      const found = view.get(fullName);
      return isType(found) && found.kind === "message" ? found : undefined;
    },
  };
}
