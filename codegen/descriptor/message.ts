import { SchemaError } from "../position.js";
import { MAX_DEPTH } from "../proto/parse-message.js";
import type { FieldNode, MessageNode, OneofNode, Part } from "../proto/tree.js";
import { enumOf, visibilityOf } from "./enum.js";
import { extendOf, fieldOf, oneofOf } from "./field.js";
import type { Node } from "./node.js";
import { MESSAGE, ONEOF } from "./numbers.js";
import { optionsOf } from "./options.js";
import { extensionsOf, reservedOf } from "./range.js";
import { isEntry, type Scope, scopeIn } from "./scope.js";

/** A message and all in it, but the messages that maps are made of. */
export function messageOf(node: Node, outer: Scope): MessageNode {
  if (outer.depth >= MAX_DEPTH) throw new SchemaError(node.at(), `messages nest deeper than ${MAX_DEPTH}`);
  const scope = scopeIn(node, outer);
  return {
    kind: "message",
    name: node.name(MESSAGE.name),
    doc: node.doc(),
    options: optionsOf(node, MESSAGE.options, "message"),
    visibility: visibilityOf(node, MESSAGE.visibility, scope.edition),
    parts: [
      ...fieldsOf(node, scope),
      ...typesOf(node, { ...MESSAGE, messageType: MESSAGE.nestedType }, scope),
      ...node.children(MESSAGE.extensionRange).map(extensionsOf),
      reservedOf(node, MESSAGE, scope.edition, 1),
    ],
  };
}

/** The messages, enums and extensions of a file or a message, which have numbers of their own in each. */
export function typesOf(
  node: Node,
  numbers: { readonly messageType: number; readonly enumType: number; readonly extension: number },
  scope: Scope,
): Part[] {
  return [
    ...node
      .children(numbers.messageType)
      .filter((inner) => !isEntry(inner))
      .map((inner) => messageOf(inner, scope)),
    ...node.children(numbers.enumType).map((inner) => enumOf(inner, scope.edition)),
    ...node.children(numbers.extension).map((inner) => extendOf(inner, scope)),
  ];
}

/** The fields in their order, those of a oneof together, where the first one stands. */
function fieldsOf(node: Node, scope: Scope): (FieldNode | OneofNode)[] {
  const oneofs = node.children(MESSAGE.oneofDecl);
  const groups = new Map<number | Node, Node[]>();
  for (const field of node.children(MESSAGE.field)) {
    const key = oneofOf(field) ?? field;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [field]);
    else group.push(field);
  }
  return [...groups].map(([key, fields]) => {
    if (typeof key !== "number") return fieldOf(key, scope);
    const oneof = oneofs[key];
    if (oneof === undefined) throw new SchemaError(node.at(MESSAGE.oneofDecl), `there is no oneof ${key}`);
    return oneofNode(oneof, fields, scope);
  });
}

function oneofNode(node: Node, fields: readonly Node[], scope: Scope): OneofNode {
  return {
    kind: "oneof",
    name: node.name(ONEOF.name),
    doc: node.doc(),
    options: optionsOf(node, ONEOF.options, "oneof"),
    fields: fields.map((field) => fieldOf(field, scope)),
  };
}
