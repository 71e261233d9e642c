import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** `toStrictEqual` for many or long values: Node.js sees in a fraction of the time that they are equal, and vitest says where they are not. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected);
}
