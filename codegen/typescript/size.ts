import type { Field, Message } from "../model.js";
import { isOptional, messageOf, type Value } from "./field.js";

// About how many bytes V8 takes on a 64-bit machine, without what the fields hold: what a reader counts for each message
// that it makes, so that few bytes cannot become much memory.

const OBJECT = 24;
const SLOT = 8;
/** `{}` has room for four fields. */
const EMPTY = OBJECT + 4 * SLOT;
/** A number that is no small integer, in a box of its own. */
const BOX = 16;
const LIST = 32;
const MAP = 184;
/** `{ case, value }` */
const CASE = OBJECT + 2 * SLOT;
const ENTRY = 56;

/** Numbers that V8 keeps without a box. */
const SMALL = new Set(["int32", "sint32", "sfixed32"]);

/** What an empty message takes, and the place where it is kept. */
export function sizeOfMessage(message: Message): number {
  if (message.fields.length === 0) return EMPTY + SLOT;
  const oneofs = new Set(message.fields.flatMap(({ oneof }) => oneof ?? []));
  const fields = message.fields.filter(({ oneof }) => oneof === undefined).map(sizeOfField);
  return fields.reduce((sum, size) => sum + size, OBJECT + SLOT + oneofs.size * (SLOT + CASE));
}

/** What an entry of a map takes, with an empty message if its values are messages. */
export function sizeOfEntry(value: Value): number {
  const message = messageOf(value);
  return ENTRY + (message === undefined ? 0 : sizeOfMessage(message));
}

function sizeOfField(field: Field): number {
  if (field.presence === "repeated") return SLOT + LIST;
  if (field.presence === "map") return SLOT + MAP;
  return SLOT + (isBoxed(field) && !isOptional(field) ? BOX : 0);
}

function isBoxed({ type, asNumber }: Value): boolean {
  if (typeof type !== "string" || SMALL.has(type)) return false;
  return type === "double" || type === "float" || type.endsWith("32") || asNumber;
}
