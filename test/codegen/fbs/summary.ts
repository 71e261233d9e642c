import type { FlatSchema, Struct, Table, TableField, Type } from "../../../codegen/fbs/model.js";

/** All that schemas say, a line each, in no order: names, types, places, default values, attributes and comments. */
export function summary(schemas: readonly FlatSchema[]): string[] {
  return schemas.flatMap(schemaLines).sort();
}

function schemaLines({ tables, structs, enums, unions, services }: FlatSchema): string[] {
  return [
    ...tables.flatMap((table) => [tableLine(table), ...table.fields.map((field) => fieldLine(table, field))]),
    ...structs.flatMap(structLines),
    ...enums.flatMap(({ fullName, base, values, doc }) => [
      text("enum", fullName, base, doc),
      ...values.map((value) => text("value", fullName, value.name, value.number, value.doc)),
    ]),
    ...unions.flatMap(({ fullName, base, members, doc }) => [
      text("union", fullName, base, doc),
      ...members.map(({ name, number, type }) => text("member", fullName, name, number, typeText(type))),
    ]),
    ...services.flatMap(({ fullName, methods, doc }) => [
      text("service", fullName, doc),
      ...methods.map(({ path, request, response, requestStream, responseStream }) =>
        text(path, request.target?.fullName, response.target?.fullName, requestStream, responseStream),
      ),
    ]),
  ];
}

function tableLine({ fullName, slots, doc }: Table): string {
  return text("table", fullName, slots, doc);
}

function fieldLine({ fullName }: Table, field: TableField): string {
  const { name, type, slot, presence, defaultValue, deprecated, key, shared, nested, doc } = field;
  const value = type.kind === "string" ? "text" : defaultValue;
  const parts = ["field", fullName, name, typeText(type), slot, presence, value, deprecated, key, shared];
  return text(...parts, nested?.target?.fullName, doc);
}

function structLines({ fullName, size, align, fields, doc }: Struct): string[] {
  return [
    text("struct", fullName, size, align, doc),
    ...fields.map((field) =>
      text("field", fullName, field.name, typeText(field.type), field.offset, field.key, field.doc),
    ),
  ];
}

function typeText(type: Type): string {
  if (type.kind === "scalar") return type.scalar;
  if (type.kind === "string") return "string";
  if (type.kind === "type") return String(type.ref.target?.fullName);
  const item = typeText(type.item);
  return type.kind === "list" ? `[${item}]` : `[${item}:${type.length}]`;
}

function text(...parts: readonly unknown[]): string {
  return parts
    .map((part) => (typeof part === "bigint" ? `${part}n` : Array.isArray(part) ? `[${part.join("|")}]` : String(part)))
    .join(" ");
}
