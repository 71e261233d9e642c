import { type FlatSchema, type Position, SchemaError, type TypeRef } from "./model.js";

/** Refuses a struct where only a table can be, which is known when all is declared. */
export function checkTables(schemas: readonly FlatSchema[]): void {
  for (const { root, services, tables } of schemas) {
    if (root !== undefined) checkTable(root, "the root of a buffer");
    for (const { request, response } of services.flatMap(({ methods }) => methods)) {
      checkTable(request, "what a method takes");
      checkTable(response, "what a method returns");
    }
    for (const { nested } of tables.flatMap(({ fields }) => fields)) {
      if (nested !== undefined) checkTable(nested, "the root of a nested buffer");
    }
  }
}

function checkTable({ name, at, target }: TypeRef, what: string): void {
  if (target?.kind !== "table") throw new SchemaError(at, `${name} is a struct: ${what} is a table`);
}

/** Refuses two types, or two services, of one name: also in files that do not see one another. */
export function checkUnique(schemas: readonly FlatSchema[]): void {
  const types = schemas.flatMap(({ tables, structs, enums, unions }) => [...tables, ...structs, ...enums, ...unions]);
  const services = schemas.flatMap((schema) => schema.services);
  for (const named of [types, services]) {
    const seen = new Map<string, Position>();
    for (const { fullName, at } of named) {
      const before = seen.get(fullName);
      if (before !== undefined) {
        throw new SchemaError(at, `${fullName} is already declared in ${before.file}:${before.line}`);
      }
      seen.set(fullName, at);
    }
  }
}
