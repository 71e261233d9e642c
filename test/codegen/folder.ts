import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder that holds `files`, and is gone after the test, or when `gone` says. */
export function folder(
  files: Readonly<Record<string, string>> = {},
  gone: (remove: () => void) => void = onTestFinished,
): string {
  const path = mkdtempSync(join(tmpdir(), "millrace-"));
  gone(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}
