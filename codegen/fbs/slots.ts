import { attributeOf, integerOf } from "./attributes.js";
import { SchemaError, type Table, type TableField, type Type } from "./model.js";
import { shapeOf } from "./type.js";

/** Slots whose offsets in a vtable, behind its two sizes, fit into 16 bits. */
const MAX_SLOTS = 0x7ffe;

type Unplaced = Omit<TableField, "slot">;

/** Gives fields their slots: in their order, or by their ids if they have some. */
export function slotsOf(fields: readonly Unplaced[]): Pick<Table, "fields" | "slots"> {
  const slots = fields.reduce((sum, { type }) => sum + widthOf(type), 0);
  if (slots > MAX_SLOTS) throw new SchemaError(fields.at(-1)!.at, `a table has no more than ${MAX_SLOTS} slots`);
  const withoutId = fields.find((field) => attributeOf(field, "id") === undefined);
  if (fields.every((field) => attributeOf(field, "id") === undefined)) return { fields: inOrder(fields), slots };
  if (withoutId !== undefined) {
    throw new SchemaError(withoutId.at, `${withoutId.name} has no id: either all fields have one, or none`);
  }
  return { fields: byId(fields, slots), slots };
}

function inOrder(fields: readonly Unplaced[]): TableField[] {
  let next = 0;
  return fields.map((field) => {
    next += widthOf(field.type);
    return { ...field, slot: next - 1 };
  });
}

function byId(fields: readonly Unplaced[], slots: number): TableField[] {
  const owners = new Map<number, string>();
  return fields.map((field) => {
    const { name, type } = field;
    const id = attributeOf(field, "id")!;
    const number = integerOf(id);
    if (number === undefined || number < 0n || number >= slots) {
      throw new SchemaError(id.at, `ids go from 0 to ${slots - 1} here: each slot has one, a union two`);
    }
    const slot = Number(number);
    if (slot < widthOf(type) - 1) {
      throw new SchemaError(id.at, `the id of a union is 1 at least: the one before is that of ${name}_type`);
    }
    for (let i = slot - widthOf(type) + 1; i <= slot; i++) {
      const other = owners.get(i);
      if (other !== undefined) throw new SchemaError(id.at, `id ${i} is already that of ${other}`);
      owners.set(i, i === slot ? name : `${name}_type`);
    }
    return { ...field, slot };
  });
}

/** A union has its type, or the list of its types, in the slot before. */
function widthOf(type: Type): 1 | 2 {
  return shapeOf(type.kind === "list" ? type.item : type) === "union" ? 2 : 1;
}
