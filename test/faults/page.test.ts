import { expect, test } from "vitest";
import { read } from "../support/sources.js";

/** A row's tests: `[file](../file): “name”, “name”; [file](…): …`. */
const SHOWN_BY = /\[(?<file>test\/[^\]]+)\]\(\.\.\/\k<file>\): (?<names>“[^”]+”(?:, “[^”]+”)*)/g;
const rows = read("docs/faults.md")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| fault "));

test("each row of docs/faults.md names a test, and each test that it names exists", () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const shown = [...row.matchAll(SHOWN_BY)];
    expect(shown.length, row).toBeGreaterThan(0);
    // Nothing but separators may be left of the last cell, or a name was written in a way that is not checked.
    expect(row.split(" | ").at(-1)!.replaceAll(SHOWN_BY, "").replaceAll(/[;| ]/g, ""), row).toBe("");
    for (const { groups } of shown) {
      const source = read(groups!["file"]);
      const names = [...groups!["names"].matchAll(/“([^”]+)”/g)].map(([, name]) => name);
      expect(names.filter((name) => !['"', "`"].some((quote) => source.includes(quote + name + quote)))).toEqual([]);
    }
  }
});
