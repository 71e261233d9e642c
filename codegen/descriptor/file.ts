import type { Edition, StringValue } from "../option.js";
import { SchemaError } from "../position.js";
import { MAX_PARTS } from "../proto/parse.js";
import type { FileNode, ImportNode, Word } from "../proto/tree.js";
import { typesOf } from "./message.js";
import { Node } from "./node.js";
import { FILE } from "./numbers.js";
import { optionsOf } from "./options.js";
import { Places } from "./places.js";
import { serviceOf } from "./service.js";
import type { Fields } from "./wire.js";

/** The values of `google.protobuf.Edition`. */
export const EDITIONS: ReadonlyMap<number, Edition> = new Map([
  [998, "proto2"],
  [999, "proto3"],
  [1000, "2023"],
  [1001, "2024"],
]);

/** The tree of a file, as if its text had been parsed. Throws a `SchemaError` for what no schema could say. */
export function treeOf(fields: Fields, path: string): FileNode {
  const node = new Node(fields, [], new Places(fields, path));
  const head = syntaxOf(node);
  const name = packageOf(node);
  const scope = {
    edition: head.edition,
    package: name?.text ?? "",
    name: name === undefined ? "." : `.${name.text}.`,
    depth: 0,
    entries: new Map<string, Node>(),
  };
  return {
    ...head,
    package: name,
    imports: importsOf(node),
    options: optionsOf(node, FILE.options, "file"),
    parts: [...typesOf(node, FILE, scope), ...node.children(FILE.service).map(serviceOf)],
  };
}

function syntaxOf(node: Node): Pick<FileNode, "edition" | "syntax"> {
  const syntax = node.fields.text(FILE.syntax) ?? "proto2";
  if (syntax === "proto2" || syntax === "proto3") {
    return { edition: syntax, syntax: { keyword: "syntax", at: node.at(FILE.syntax) } };
  }
  const at = node.at(FILE.edition);
  const number = node.fields.int(FILE.edition) ?? 0;
  const edition = syntax === "editions" ? EDITIONS.get(number) : undefined;
  if (edition === undefined) {
    throw new SchemaError(at, `neither syntax ${JSON.stringify(syntax)} nor an edition ${number} is known`);
  }
  return { edition, syntax: { keyword: "edition", at } };
}

function packageOf(node: Node): Word | undefined {
  if ((node.fields.text(FILE.package) ?? "") === "") return undefined;
  const name = node.dotted(FILE.package);
  if (name.text.startsWith(".") || name.text.split(".").length > MAX_PARTS) {
    throw new SchemaError(name.at, `a package has names with dots between them, no more than ${MAX_PARTS}`);
  }
  return name;
}

function importsOf(node: Node): ImportNode[] {
  const isPublic = new Set(node.fields.ints(FILE.publicDependency));
  const isWeak = new Set(node.fields.ints(FILE.weakDependency));
  const modifierOf = (index: number): string => (isPublic.has(index) ? "public" : isWeak.has(index) ? "weak" : "");
  return [
    ...node.fields
      .texts(FILE.dependency)
      .map((path, index) => importOf(node, FILE.dependency, path, index, modifierOf(index))),
    ...node.fields
      .texts(FILE.optionDependency)
      .map((path, index) => importOf(node, FILE.optionDependency, path, index, "option")),
  ];
}

function importOf(node: Node, number: number, text: string, index: number, modifier: string): ImportNode {
  const at = node.at(number, index);
  const path: StringValue = { kind: "string", text, bytes: new TextEncoder().encode(text), at };
  return { modifier: modifier === "" ? undefined : { text: modifier, at }, path };
}
