import { expect, test } from "vitest";
import { importsOf } from "../support/sources.js";

/** What is started by its own command, not by the runner of tests. */
const PROGRAMS = ["soak", "cuts", "sim", "fuzz", "conformance"].map((folder) => `test/${folder}/main.ts`);

test("programs that run for long need no runner of tests", () => {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const name of importsOf(path)) {
      expect(name, path).not.toBe("vitest");
      if (name.endsWith(".ts")) visit(name);
    }
  };
  for (const program of PROGRAMS) visit(program);
  expect(seen.size).toBeGreaterThan(PROGRAMS.length);
});
