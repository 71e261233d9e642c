import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Whether there is a folder of that name. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The schemas below a folder, `.proto` and `.fbs`, in the order of their names; links are not followed. */
export function schemasBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : schemasBelow(path);
    return entry.isFile() && /\.(proto|fbs)$/.test(entry.name) ? [path] : [];
  });
}
