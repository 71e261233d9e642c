import type { Struct, Table } from "../../fbs/model.js";
import { fieldName } from "./names.js";
import type { FlatFile } from "./file.js";
import { compareOf, typeOf, valueOf } from "./value.js";

/** The functions that sort a list of a type that has a key, and find an item in it. */
export function emitKey(file: FlatFile, type: Table | Struct): string[] {
  const key = type.fields.find((field) => field.key);
  if (key === undefined) return [];
  const value = valueOf(key.type);
  const name = file.names.of(type);
  const list = `${file.useType("List")}<${name}> | undefined`;
  const property = fieldName(key.name);
  const isOptional =
    type.kind === "table" && value.kind === "string" && type.fields.some((f) => f === key && f.presence === "optional");
  const keyOf = `(m) => m.${property}${isOptional ? ' ?? ""' : ""}, ${compareOf(file, value)}`;
  return [
    [
      `/** The ${name} with this ${property} in a list that was received, which is sorted by it. */\n`,
      `export function ${file.names.part(type, "find")}(list: ${list}, ${property}: ${typeOf(file, value)}): ${name} | undefined {\n`,
      `  return ${file.use("findByKey")}(list, ${property}, ${keyOf});\n}\n`,
    ].join(""),
    [
      `export function ${file.names.part(type, "sort")}(list: ${list}): ${list} {\n`,
      `  return ${file.use("sorted")}(list, ${keyOf});\n}\n`,
    ].join(""),
  ];
}
