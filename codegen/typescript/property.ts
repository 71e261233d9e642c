import type { Field, Message } from "../model.js";

/** A property of a message's interface: a field, or a oneof with its fields. */
export interface Property {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly isOneof: boolean;
}

/** In the order of the schema; a oneof stands where its first field does. */
export function propertiesOf(message: Message): Property[] {
  const parts = new Map<string, Field[]>();
  for (const field of message.fields) {
    const name = field.oneof ?? field.name;
    parts.set(name, [...(parts.get(name) ?? []), field]);
  }
  return [...parts].map(([name, fields]) => ({ name, fields, isOneof: fields[0]?.oneof !== undefined }));
}
