import { expect, test } from "vitest";
import { read } from "../support/sources.js";

const page = read("docs/faults.md");
const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| fault "));
/** The files that rows name, by their names there: `[frame/parser]: ../test/frame/parser.test.ts`. */
const files = new Map(
  [...page.matchAll(/^\[(\S+)\]: \.\.\/(test\/\S+)$/gm)].map(([, name, path]): [string, string] => [name, path]),
);
/** A file in a row, and tests in it, by their names or how these begin: `[frame/parser] “random frames …”`. */
const SHOWN_BY = /\[(?<file>[^\]]+)\](?<names>(?: “[^”]+”)*)/g;

const shownBy = (row: string): string => row.slice(0, -2).split(" | ").at(-1)!;

function hasTest(source: string, name: string): boolean {
  const begin = name.endsWith(" …") ? name.slice(0, -2) : undefined;
  return ['"', "`"].some((quote) => source.includes(quote + (begin ?? name + quote)));
}

test("each row of docs/faults.md names a test, and each test that it names exists", () => {
  expect(rows.length).toBeGreaterThan(100);
  for (const row of rows) {
    const shown = shownBy(row);
    expect(shown, row).toContain("“");
    // Nothing but separators may be left, or a name was written in a way that is not checked.
    expect(shown.replaceAll(SHOWN_BY, "").replaceAll(/[, ]/g, ""), row).toBe("");
    for (const { groups } of shown.matchAll(SHOWN_BY)) {
      const source = read(files.get(groups!["file"]) ?? groups!["file"]);
      const names = [...groups!["names"].matchAll(/“([^”]+)”/g)].map(([, name]) => name);
      expect(names.filter((name) => !hasTest(source, name))).toEqual([]);
    }
  }
});

test("each file that is listed at the end of docs/faults.md is named in a row", () => {
  const named = new Set(
    rows.flatMap((row) => [...shownBy(row).matchAll(SHOWN_BY)].map(({ groups }) => groups!["file"])),
  );
  expect([...files.keys()]).toEqual([...named].sort());
});
