import { checkIds } from "../../check.js";
import { type FlatNamed, type FlatSchema, SchemaError } from "../../fbs/model.js";
import { fieldName } from "./names.js";

/** Refuses what cannot be said in TypeScript, and names that have one id. */
export function checkFlat(schemas: readonly FlatSchema[]): void {
  const services = schemas.flatMap((schema) => schema.services);
  const methods = services.flatMap((service) => service.methods);
  checkIds(schemas.flatMap(({ tables }) => tables).map(({ fullName, at }) => ({ name: fullName, at })));
  checkIds(services.map(({ fullName, at }) => ({ name: fullName, at })));
  checkIds(methods.map(({ path, at }) => ({ name: path, at })));
  for (const { tables, structs } of schemas) {
    for (const { fields } of [...tables, ...structs]) checkProperties(fields);
  }
  for (const service of services) checkProperties(service.methods);
}

function checkProperties(parts: readonly FlatNamed[]): void {
  const seen = new Map<string, string>();
  for (const { name, at } of parts) {
    const property = fieldName(name);
    const before = seen.get(property);
    if (before !== undefined) throw new SchemaError(at, `${name} and ${before} are both ${property} in TypeScript`);
    seen.set(property, name);
  }
}
