import { isScalar } from "../model.js";
import { type Edition, type Features, optionOf, type Value } from "../option.js";
import { SchemaError } from "../position.js";
import type { FieldNode } from "./tree.js";

/** Refuses a default value where there can be none, or of another type than the field's. */
export function checkDefault(field: FieldNode, edition: Edition, features: Features): void {
  const option = field.options.find(({ path: [{ name, custom }] }) => name === "default" && !custom);
  const value = optionOf(field.options, "default");
  if (option === undefined || value === undefined) return;
  const { at } = option.path[0];
  const { label, key, group, type } = field;
  if (edition === "proto3") throw new SchemaError(at, "proto3 has no default values");
  if (label?.text === "repeated" || key !== undefined)
    throw new SchemaError(at, "a repeated field has no default value");
  if (group !== undefined) throw new SchemaError(at, "a message has no default value");
  if (features.field_presence === "IMPLICIT")
    throw new SchemaError(at, "a field without presence has no default value");
  if (!fits(type.text, value)) {
    throw new SchemaError(value.at, `this cannot be the default value of ${type.text}`);
  }
}

/** Whether a value is one of `type`; that of an enum or a message is looked at when the type is known. */
function fits(type: string, value: Value): boolean {
  if (!isScalar(type)) return value.kind === "name";
  if (type === "string" || type === "bytes") return value.kind === "string";
  if (type === "bool") return value.kind === "name" && /^(true|false)$/.test(value.text);
  if (type === "float" || type === "double") {
    return value.kind === "number" || (value.kind === "name" && /^-?(inf|nan)$/.test(value.text));
  }
  if (value.kind !== "number" || value.integer === undefined) return false;
  const bits = type.endsWith("64") ? 64 : 32;
  const unsigned = type.startsWith("u") || type.startsWith("fixed");
  const { integer, text } = value;
  if (unsigned && text.startsWith("-")) return false;
  return (unsigned ? BigInt.asUintN(bits, integer) : BigInt.asIntN(bits, integer)) === integer;
}
