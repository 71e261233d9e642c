import { allMessages, type Field, type Message, type Schema } from "../model.js";
import { entryName } from "./kind.js";

/** A message that somebody wrote, or one that a map is made of. */
export interface AnyMessage extends Message {
  readonly isEntry?: true;
}

/** All messages of a file, and those that maps are made of, which nobody writes: fields 1 and 2 are a key and a value. */
export function messagesOf(schema: Schema): AnyMessage[] {
  return allMessages(schema).flatMap(withEntries);
}

function withEntries(message: Message): AnyMessage[] {
  const maps = message.fields.filter(({ presence }) => presence === "map");
  return [message, ...maps.map((field) => entryOf(field, message))];
}

function entryOf(field: Field, message: Message): AnyMessage {
  const fullName = entryName(field, message.fullName);
  const { defaultValue: _, oneof: __, ...plain } = field;
  // What is in a map is never delimited.
  const features = { ...field.features, message_encoding: "LENGTH_PREFIXED" };
  const presence = features.field_presence === "IMPLICIT" ? "implicit" : "explicit";
  const part = { ...plain, options: [], features, presence } as const;
  const key: Field = { ...part, name: "key", jsonName: "key", number: 1, type: field.keyType ?? "string" };
  const value: Field = { ...part, name: "value", jsonName: "value", number: 2 };
  return {
    ...message,
    isEntry: true,
    name: fullName.slice(message.fullName.length + 1),
    fullName,
    at: field.at,
    fields: [key, value],
    oneofs: [],
    messages: [],
    enums: [],
    extensions: [],
    extensionRanges: [],
    reserved: { names: [], ranges: [] },
  };
}
