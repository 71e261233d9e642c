import type { Edition } from "../option.js";
import type { EnumNode, ValueNode, Word } from "../proto/tree.js";
import type { Node } from "./node.js";
import { ENUM, VALUE } from "./numbers.js";
import { optionsOf } from "./options.js";
import { reservedOf } from "./range.js";

/** `SymbolVisibility.VISIBILITY_LOCAL` */
const LOCAL = 1;

export function enumOf(node: Node, edition: Edition): EnumNode {
  return {
    kind: "enum",
    name: node.name(ENUM.name),
    doc: node.doc(),
    options: optionsOf(node, ENUM.options, "enum"),
    visibility: visibilityOf(node, ENUM.visibility, edition),
    values: node.children(ENUM.value).map(valueOf),
    reserved: [reservedOf(node, ENUM, edition, 0)],
  };
}

function valueOf(node: Node): ValueNode {
  return {
    kind: "value",
    name: node.name(VALUE.name),
    number: node.int(VALUE.number),
    doc: node.doc(),
    options: optionsOf(node, VALUE.options, "enum value"),
  };
}

/**
 * Whether a message or an enum is for its own file only. Compilers drop the feature that says so for a whole file, and
 * have looked at it already.
 */
export function visibilityOf(node: Node, number: number, edition: Edition): Word | undefined {
  if (edition !== "2024") return undefined;
  return { text: node.fields.int(number) === LOCAL ? "local" : "export", at: node.at(number) };
}
