import type { Table, TableField } from "../../fbs/model.js";
import type { FlatFile } from "./file.js";
import { arrayOf, literal, type NumberValue, sizeOf, suffixOf, type Value, valueOf } from "./value.js";

/** Where a vtable says where the field in `slot` is. */
export function entryOf({ slot }: { readonly slot: number }): number {
  return 4 + 2 * slot;
}

/** The expression that a getter returns. */
export function getterOf(file: FlatFile, type: Table, field: TableField): string {
  const value = valueOf(field.type);
  const args = `this.$b, this.$at, ${entryOf(field)}`;
  if (value.kind === "bool") return `${file.use("getBool")}(${args}, ${otherwiseOf(field)})`;
  if (value.kind === "number") {
    const otherwise = otherwiseOf(field, value);
    const number = `${file.use(`get${suffixOf(value)}`)}(${args}, ${otherwise})`;
    return value.of === undefined ? number : `${file.use("named")}(${number})`;
  }
  const got = value.kind === "list" ? getList(file, value.item, args) : getFar(file, value, args);
  if (field.presence === "required") return `${file.use("present")}(${got}, "${type.name}.${field.name}")`;
  if (field.presence === "optional") return got;
  if (value.kind === "list" && value.item.kind === "number" && value.item.of === undefined) {
    return `${got} ?? new ${arrayOf(file, value.item)}(0)`;
  }
  return `${got} ?? ${value.kind === "list" ? "[]" : literal(field.defaultValue)}`;
}

/** What a number is when it was not sent. */
function otherwiseOf({ presence, defaultValue }: TableField, value?: NumberValue): string {
  return presence === "optional" ? "undefined" : literal(defaultValue, value);
}

function getFar(file: FlatFile, value: Value, args: string): string {
  if (value.kind === "string") return `${file.use("getString")}(${args})`;
  if (value.kind === "table") return `${file.use("getTable")}(${args}, ${file.part(value.type, "read")})`;
  if (value.kind === "struct") return `${file.use("getStruct")}(${args}, ${file.part(value.type, "read")})`;
  if (value.kind === "union") return `${file.use("getUnion")}(${args}, ${file.part(value.type, "read")})`;
  throw new Error(`a table holds no ${value.kind}`);
}

function getList(file: FlatFile, item: Value, args: string): string {
  if (item.kind === "number") {
    const numbers = `${file.use("getNumbers")}(${args}, ${arrayOf(file, item)})`;
    return item.of === undefined ? numbers : `${file.use("namedList")}(${numbers})`;
  }
  if (item.kind === "bool") return `${file.use("getBools")}(${args})`;
  if (item.kind === "string") return `${file.use("getStrings")}(${args})`;
  if (item.kind === "table") return `${file.use("getTables")}(${args}, ${file.part(item.type, "read")})`;
  if (item.kind === "union") return `${file.use("getUnions")}(${args}, ${file.part(item.type, "read")})`;
  if (item.kind !== "struct") throw new Error("lists of lists cannot be said in a schema");
  return `${file.use("getStructs")}(${args}, ${file.part(item.type, "read")}, ${sizeOf(item).size})`;
}
