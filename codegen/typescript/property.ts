import type { Field, Message } from "../model.js";

/** A property of a message's interface: a field, or a oneof with its fields. */
export interface Property {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly isOneof: boolean;
}

/** In the order of the schema; a oneof stands where its first field does. */
export function propertiesOf(message: Message): Property[] {
  const names = new Set(message.fields.map(({ oneof, name }) => oneof ?? name));
  return [...names].map((name) => {
    const fields = message.fields.filter((field) => (field.oneof ?? field.name) === name);
    return { name, fields, isOneof: fields.some(({ oneof }) => oneof !== undefined) };
  });
}
