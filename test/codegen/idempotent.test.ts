import { expect, test } from "vitest";
import type { MethodInfo } from "../../src/index.js";
import { Books } from "../../schemas/gen/book.js";
import { Market } from "../../schemas/gen/market.js";
import { Prices } from "../../schemas/gen/prices.js";

/** The methods of a service that its schema calls idempotent. */
function idempotentOf({ methods }: { readonly methods: readonly unknown[] }): string[] {
  return (methods as readonly MethodInfo[]).filter(({ idempotent }) => idempotent).map(({ name }) => name);
}

test("a method is idempotent where its schema says so, in a .proto and in a .fbs, and nowhere else", () => {
  expect(idempotentOf(Market)).toEqual(["lastQuote", "history"]);
  expect(idempotentOf(Books)).toEqual(["last"]);
  expect(idempotentOf(Prices)).toEqual([]);
});
