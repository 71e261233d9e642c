import type { AttributeNode, FieldNode, ValueNode } from "./tree.js";
import { typeText } from "./type.js";

/** What a field's line says, evenly spaced. */
export function sourceOf({ name, type, defaultValue, attributes }: FieldNode): string {
  const value = defaultValue === undefined ? "" : ` = ${valueText(defaultValue)}`;
  const list = attributes.length === 0 ? "" : ` (${attributes.map(attributeText).join(", ")})`;
  return `${name.text}: ${typeText(type)}${value}${list}`;
}

function attributeText({ name, value }: AttributeNode): string {
  return value === undefined ? name.text : `${name.text}: ${valueText(value)}`;
}

function valueText(node: ValueNode): string {
  if (node.kind === "empty list") return "[]";
  if (node.kind === "call") return `${node.text}(${valueText(node.argument)})`;
  return node.kind === "string" ? JSON.stringify(node.text) : node.text;
}
