import type { JsonForm } from "./context.js";
import type { JsonEnum } from "./enum.js";
import type { JsonScalar } from "./scalar.js";

/** One field of a message, as the generator describes it. */
export interface JsonField {
  /** As the schema calls it. */
  readonly name: string;
  /** As JSON calls it, if that is not `name`. */
  readonly json?: string;
  /** The property that holds it, or its case of a oneof, if that is not called as in JSON. */
  readonly property?: string;
  /** The property of the oneof that it is a case of. */
  readonly oneof?: string;
  /** What it, each of its items, or each value of its map is. */
  readonly type: JsonScalar | JsonEnum | { readonly json: JsonForm<object> };
  /** Whether it is left out when nothing was sent, instead of its default. */
  readonly optional?: true;
  readonly required?: true;
  readonly list?: true;
  /** The type of its keys, if it is a map. */
  readonly key?: JsonScalar;
}

/** The name that a field has in JSON. */
export function nameOf(field: JsonField): string {
  return field.json ?? field.name;
}

/** The property that holds a field, or its case of a oneof. */
export function propertyOf(field: JsonField): string {
  return field.property ?? nameOf(field);
}

/** The properties of a message by their names, as no type can say that reads its fields from a table. */
export function propertiesOf(message: object): Record<string, unknown> {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return message as Record<string, unknown>;
}
