import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

/** Holds what a process does to bounds of time and memory, for which it must have the machine to itself. */
const MEASURED = "test/faults/**/*.test.ts";

export default defineConfig({
  resolve: {
    alias: [
      { find: /^millrace$/, replacement: `${src}/index.ts` },
      { find: /^millrace\/(.+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    reporters: ["default", "./test/summary-reporter.ts"],
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: "beside others",
          include: ["test/**/*.test.ts"],
          exclude: [MEASURED],
          // Left to itself, vitest keeps one core free, which of two is half of the machine.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "alone", include: [MEASURED], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
