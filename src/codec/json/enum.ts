import type { JsonContext } from "./context.js";
import type { JsonEnum } from "./field.js";
import { refuse, SCALARS } from "./scalar.js";
import type { JsonValue } from "./value.js";

/** Describes an enum by what is generated for it, and what its names have in front of them in the schema. */
export function jsonEnum(
  name: string,
  values: Readonly<Record<string, number>>,
  { prefix = "", isClosed = false }: { readonly prefix?: string; readonly isClosed?: boolean } = {},
): JsonEnum {
  const entries = Object.entries(values).map(([key, number]) => [prefix + key, number] as const);
  const names = new Map(entries.toReversed().map(([key, number]) => [number, key]));
  return { name, numbers: new Map(entries), names, isClosed };
}

/** Whether it is the enum whose only value JSON writes as `null`. */
export function isNull({ name }: JsonEnum): boolean {
  return name === "google.protobuf.NullValue";
}

/** The name, or the number where there is none. */
export function writeEnumJson(type: JsonEnum, value: unknown, c: JsonContext): JsonValue {
  const number = SCALARS.int32.write(value, c);
  if (isNull(type)) return null;
  if (c.options.enumsAsNumbers || typeof number !== "number") return number;
  return type.names.get(number) ?? number;
}

/** The number; nothing for a name that is not known and may be ignored. */
export function readEnumJson(type: JsonEnum, json: JsonValue, c: JsonContext): number | undefined {
  if (json === null && isNull(type)) return 0;
  if (typeof json === "number") {
    const number = SCALARS.int32.read(json, c);
    return type.isClosed && !type.names.has(number) ? refuse(c, json, `a number of the enum ${type.name}`) : number;
  }
  const number = typeof json === "string" ? type.numbers.get(json) : undefined;
  if (number !== undefined || (typeof json === "string" && c.options.ignoreUnknown)) return number;
  return refuse(c, json, `a name of the enum ${type.name}`);
}
