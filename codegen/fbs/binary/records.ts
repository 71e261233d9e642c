import { attributeOf, checkAttributes } from "../attributes.js";
import { checkKey } from "../lower-table.js";
import { plain, type Presence } from "../lower-default.js";
import { roundUp } from "../lower-struct.js";
import type { Struct, StructField, Table, TableField, Type, TypeRef } from "../model.js";
import { isFloat, isInRange } from "../number.js";
import { slotsOf } from "../slots.js";
import { layoutOf, scalarOf } from "../type.js";
import type { RawField, RawObject, RawSchema, RawType } from "./reflection.js";
import type { Types } from "./types.js";

/** Makes the tables and structs of a `.bfbs` file, in its order. */
export function lowerObjects({ objects, hasDefaultTexts }: RawSchema, types: Types): (Table | Struct)[] {
  const structs = new Map<number, Struct | "open">();
  const structAt = (index: number): Struct | undefined => {
    const raw = objects[index];
    if (raw === undefined || !raw.isStruct) return undefined;
    const known = structs.get(index);
    if (known === "open") return types.fail(`${raw.name} holds itself`);
    if (known !== undefined) return known;
    structs.set(index, "open");
    const struct = lowerStruct(raw, types, structAt);
    structs.set(index, struct);
    return struct;
  };
  const made = objects.map((raw, index) => structAt(index) ?? lowerTable(raw, { types, structAt, hasDefaultTexts }));
  types.finish(made);
  return made;
}

type StructAt = (index: number) => Struct | undefined;

/** The layout that the file tells must be the one that the fields' types make. */
function lowerStruct(raw: RawObject, types: Types, structAt: StructAt): Struct {
  let end = 0;
  let least = 1;
  const fields: StructField[] = [];
  for (const field of raw.fields.toSorted((a, b) => a.offset - b.offset)) {
    const { offset, key } = field;
    const type = types.type(field.type, structAt);
    const layout = layoutOf(type) ?? types.fail(`${raw.name}.${field.name} cannot be in a struct`);
    if (offset !== roundUp(end, layout.align)) types.fail(`${raw.name}.${field.name} is not where it belongs`);
    end = offset + layout.size;
    least = Math.max(least, layout.align);
    const named = types.named(field);
    checkAttributes(named, type);
    fields.push({ ...named, type, offset, deprecated: false, key, source: sourceOf(field, types) });
  }
  const { align, size } = raw;
  const isAligned = align >= least && [1, 2, 4, 8, 16, 32].includes(align);
  if (!isAligned || size === 0 || size !== roundUp(end, align)) types.fail(`the size of ${raw.name} is wrong`);
  checkNames(raw, types);
  return { ...types.typed(raw), kind: "struct", fields, size, align };
}

interface TablePlace {
  readonly types: Types;
  readonly structAt: StructAt;
  readonly hasDefaultTexts: boolean;
}

function lowerTable(raw: RawObject, place: TablePlace): Table {
  const { types } = place;
  const inOrder = raw.fields.toSorted((a, b) => a.id - b.id);
  const isType = ({ base, item }: RawType): boolean => base === "union type" || item === "union type";
  inOrder.forEach((field, i) => {
    if (field.id !== i || field.offset !== 4 + 2 * i)
      types.fail(`${raw.name}.${field.name} is not in the slot it tells`);
    if (isType(field.type) && inOrder[i + 1] === undefined) types.fail(`${raw.name}.${field.name} has no union`);
  });
  checkNames(raw, types);
  const own = inOrder.filter(({ type }) => !isType(type));
  const { fields, slots } = slotsOf(own.map((field) => lowerField(raw, field, place)));
  fields.forEach(({ name, slot }, i) => {
    if (slot !== own[i].id) types.fail(`${raw.name}.${name} is not in the slot it tells`);
  });
  if (slots !== raw.fields.length) types.fail(`a union of ${raw.name} has no type`);
  return { ...types.typed(raw), kind: "table", fields, slots };
}

function lowerField(raw: RawObject, field: RawField, place: TablePlace): Omit<TableField, "slot"> {
  const { types, structAt } = place;
  if (field.offset64 || field.type.base === "long list") types.fail(`${raw.name}.${field.name} has 64-bit offsets`);
  const type = types.type(field.type, structAt);
  if (type.kind === "array") types.fail(`${raw.name}.${field.name} is an array in a table`);
  const named = types.named(field);
  checkAttributes(named, type);
  const presence = presenceOf(raw, field, { type, place });
  const { deprecated, key } = field;
  if (key) checkKey(named, type, presence.presence);
  const nested = attributeOf(named, "nested_flatbuffer")?.value;
  return {
    ...named,
    type,
    ...presence,
    deprecated,
    key,
    ...(nested !== undefined && { nested: nestedIn(raw, String(nested), place) }),
    shared: attributeOf(named, "shared") !== undefined,
    source: sourceOf(field, types),
  };
}

/** What is not told of a field stays unsaid: the text of a string's default value makes the file useless. */
function presenceOf(
  raw: RawObject,
  field: RawField,
  { type, place }: { readonly type: Type; readonly place: TablePlace },
): Presence {
  const { types, hasDefaultTexts } = place;
  const scalar = scalarOf(type);
  const name = `${raw.name}.${field.name}`;
  if (scalar !== undefined) {
    if (field.optional) return { presence: "optional", defaultValue: undefined };
    const integer = scalar === "uint64" ? BigInt.asUintN(64, field.integer) : field.integer;
    if (!isFloat(scalar) && !isInRange(integer, scalar)) types.fail(`the default value of ${name} is not in its range`);
    return { presence: "default", defaultValue: plain(isFloat(scalar) ? field.real : integer, scalar) };
  }
  if (field.required) return { presence: "required", defaultValue: undefined };
  if (field.optional || !hasDefaultTexts) return { presence: "optional", defaultValue: undefined };
  if (type.kind === "list") return { presence: "default", defaultValue: [] };
  return types.fail(`${name} has a default value, which a .bfbs file does not tell: use the .fbs file`);
}

/** The table that a name means, from the innermost namespace outward. */
function nestedIn(raw: RawObject, name: string, { types }: TablePlace): TypeRef {
  for (let end = raw.name.lastIndexOf("."); end > 0; end = raw.name.lastIndexOf(".", end - 1)) {
    const full = `${raw.name.slice(0, end)}.${name}`;
    if (types.hasObject(full)) return types.objectNamed(full);
  }
  return types.objectNamed(name);
}

function checkNames({ name, fields }: RawObject, types: Types): void {
  const names = new Set(fields.map((field) => field.name));
  if (names.size !== fields.length) types.fail(`${name} has two fields of one name`);
}

function sourceOf({ name, type }: RawField, types: Types): string {
  return `${name}: ${types.textOf(type)}`;
}
