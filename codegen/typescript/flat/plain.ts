import type { FlatFile } from "./file.js";
import { arrayOf, type Value } from "./value.js";

/** The expression that copies `expression`, so that the copy owns all it holds. */
export function plainOf(file: FlatFile, value: Value, expression: string, mayBeAbsent: boolean): string {
  if (value.kind === "number" || value.kind === "bool" || value.kind === "string") return expression;
  if (value.kind === "list" || value.kind === "array") return plainList(file, value.item, expression);
  const copy = file.part(value.type, "plain");
  return mayBeAbsent ? `${file.use("copyOne")}(${expression}, ${copy})` : `${copy}(${expression})`;
}

function plainList(file: FlatFile, item: Value, expression: string): string {
  if (item.kind === "number" && item.of === undefined)
    return `${file.use("copyNumbers")}(${expression}, ${arrayOf(file, item)})`;
  if (item.kind === "number" || item.kind === "bool" || item.kind === "string")
    return `${file.use("copyList")}(${expression})`;
  if (item.kind === "list" || item.kind === "array") throw new Error("lists of lists cannot be said in a schema");
  const copy = file.part(item.type, "plain");
  if (item.kind !== "union") return `${file.use("copyEach")}(${expression}, ${copy})`;
  return `${file.use("copyEach")}(${expression}, (u) => ${file.use("copyOne")}(u, ${copy}))`;
}
