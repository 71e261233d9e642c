import { checkTables } from "./check.js";
import { lower } from "./lower.js";
import type { FlatSchema, Import } from "./model.js";
import { Names } from "./names.js";
import type { FileNode } from "./tree.js";

/** A file that was read, but whose names were not looked up. */
export interface Parsed {
  readonly path: string;
  readonly tree: FileNode;
  readonly imports: readonly Import[];
}

/**
 * Makes the models of files that see one another, each behind those that it includes, and puts them into `done`; those
 * that are there already only say what they declare. Throws a `SchemaError`.
 */
export function lowerTogether(order: readonly Parsed[], done: Map<string, FlatSchema>): void {
  const names = new Names();
  const fresh: FlatSchema[] = [];
  for (const { path, tree, imports } of order) {
    const known = done.get(path);
    if (known === undefined) fresh.push(lower(tree, path, imports, names));
    else
      names.adopt(
        known,
        tree.statements.flatMap((node) => (node.kind === "attribute" ? [node.value.text] : [])),
      );
  }
  names.finish();
  for (const schema of fresh) done.set(schema.path, schema);
  checkTables(fresh);
}
