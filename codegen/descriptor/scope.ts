import type { Edition } from "../option.js";
import { MESSAGE } from "./numbers.js";
import type { Node } from "./node.js";

/** `google.protobuf.MessageOptions.map_entry` */
const MAP_ENTRY = 7;

/** What a declaration stands in: a file, or a message. */
export interface Scope {
  readonly edition: Edition;
  readonly package: string;
  /** Its full name, with a dot in front and one behind: `.package.Message.` */
  readonly name: string;
  /** How many messages are around. */
  readonly depth: number;
  /** The messages that stand for the entries of maps, by full name. */
  readonly entries: ReadonlyMap<string, Node>;
}

/** What stands in a message that is in `outer`. */
export function scopeIn(message: Node, outer: Scope): Scope {
  const name = `${outer.name}${message.name(MESSAGE.name).text}.`;
  const entries = message
    .children(MESSAGE.nestedType)
    .filter(isEntry)
    .map((entry) => [name + entry.name(MESSAGE.name).text, entry] as const);
  return { ...outer, name, depth: outer.depth + 1, entries: new Map(entries) };
}

/** Whether a message stands for the entries of a map. */
export function isEntry(message: Node): boolean {
  return message.child(MESSAGE.options).fields.flag(MAP_ENTRY);
}
