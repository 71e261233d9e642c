import { expect } from "vitest";

/** Looks at `value` again and again until it is as expected; for what takes as long as the machine needs. */
export function eventually<T>(value: () => T) {
  return expect.poll(value, { interval: 2, timeout: 10_000 });
}
