import { checkDeclarations } from "./check-declarations.js";
import { checkStyle } from "./check-style.js";
import { checkTypes } from "./check-types.js";
import { fnv1a } from "./hash.js";
import { allMessages, type Message, type Position, type Schema, SchemaError } from "./model.js";
import { propertyName } from "./typescript/names.js";

/** Refuses what is wrong only when all files are seen together, and what cannot be said in TypeScript. */
export function check(schemas: readonly Schema[]): void {
  checkFiles(schemas);
  checkTypes(schemas);
  checkIds(schemas.flatMap(allMessages).map(({ fullName, at }) => ({ name: fullName, at })));
  checkIds(
    schemas
      .flatMap(({ services }) => services.flatMap(({ methods }) => methods))
      .map(({ path, at }) => ({ name: path, at })),
  );
  checkIds(schemas.flatMap(({ services }) => services).map(({ fullName, at }) => ({ name: fullName, at })));
  for (const schema of schemas) {
    for (const message of allMessages(schema)) checkMessage(message);
    for (const { methods } of schema.services) checkProperties(methods);
    checkStyle(schema);
    checkDeclarations(schema);
  }
}

/** Two files whose names differ only in case are one file on many disks. */
function checkFiles(schemas: readonly Schema[]): void {
  const seen = new Map<string, string>();
  for (const { path } of schemas) {
    const key = path.replace(/\.[^./]*$/, "").toLowerCase();
    const before = seen.get(key);
    if (before !== undefined) {
      throw new SchemaError({ file: path, line: 1, column: 1 }, `would be generated into the file of ${before}`);
    }
    seen.set(key, path);
  }
}

/** Ids are hashes: two names must not share one. */
export function checkIds(names: readonly { readonly name: string; readonly at: Position }[]): void {
  const seen = new Map<number, string>();
  for (const { name, at } of names) {
    const id = fnv1a(name);
    const before = seen.get(id);
    if (before !== undefined) throw new SchemaError(at, `${name} has the same id as ${before}: rename one of them`);
    seen.set(id, name);
  }
}

function checkMessage(message: Message): void {
  checkProperties([...message.fields.filter(({ oneof }) => oneof === undefined), ...message.oneofs]);
  for (const oneof of message.oneofs) checkProperties(message.fields.filter((field) => field.oneof === oneof.name));
}

function checkProperties(parts: readonly { readonly name: string; readonly at: Position }[]): void {
  const seen = new Map<string, string>();
  for (const { name, at } of parts) {
    const property = propertyName(name);
    const before = seen.get(property);
    if (before !== undefined) throw new SchemaError(at, `${name} and ${before} are both ${property} in TypeScript`);
    seen.set(property, name);
  }
}
