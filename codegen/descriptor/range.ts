import type { Edition } from "../option.js";
import { MAX_FIELD } from "../proto/parse-range.js";
import type { ExtensionsNode, Range, ReservedNode } from "../proto/tree.js";
import type { Node } from "./node.js";
import { RANGE } from "./numbers.js";
import { optionsOf } from "./options.js";

/** What protoc makes of `max` in a message set, whose extensions go further than fields; for us, all fields. */
const MAX_OF_SET = 2 ** 31 - 1;

/** Numbers that are left to extensions. */
export function extensionsOf(node: Node): ExtensionsNode {
  const options = optionsOf(node, RANGE.options, "extension range");
  return { kind: "extensions", at: node.at(), ranges: [rangeOf(node, 1)], options };
}

/** All that a message reserves, or an enum. */
export function reservedOf(
  node: Node,
  numbers: { readonly reservedRange: number; readonly reservedName: number },
  edition: Edition,
  beyond: 0 | 1,
): ReservedNode {
  const quoted = edition === "proto2" || edition === "proto3";
  return {
    kind: "reserved",
    ranges: node.children(numbers.reservedRange).map((range) => rangeOf(range, beyond)),
    names: node.names(numbers.reservedName).map(({ text, at }) => ({ text, at, quoted })),
  };
}

/** The numbers of a range, whose end in the descriptor is `beyond` its last one. */
function rangeOf(node: Node, beyond: 0 | 1): Range {
  const end = node.int(RANGE.end);
  const value = beyond === 1 && end.value === MAX_OF_SET ? MAX_FIELD : end.value - beyond;
  return { from: node.int(RANGE.start), to: { ...end, text: String(value), value } };
}
