import { expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { Network } from "../../src/testing/index.js";
import { handlers } from "../support/echo.js";

const YEAR_MS = 365 * 86_400_000;
/** Whoever waits for a year has little to say meanwhile. */
const limits = { pingIntervalMs: 2 ** 31 - 1 };

test.each([
  [2 ** 31, 2 ** 31],
  [2 ** 32 - 1, 2 ** 32 - 1],
  [2 ** 32, Infinity],
  [YEAR_MS, Infinity],
])("a call that may take %d ms ends then, and its handler has no less: %d", async (timeoutMs, toldMs) => {
  const net = new Network();
  const server = net.listen({ address: "memory://a", limits });
  let remaining = 0;
  const unary = (_request: object, call: { readonly remainingMs: number }): Promise<never> => {
    remaining = call.remainingMs;
    return new Promise(() => {});
  };
  server.serve(Echo, { ...handlers, unary });
  const link = await net.connect("memory://a", { limits });
  const start = net.clock.now();
  await expect(net.until(link.client(Echo).unary({}, { timeoutMs }), 2 * YEAR_MS)).rejects.toMatchObject({
    code: "deadline_exceeded",
  });
  expect([net.clock.now() - start, remaining]).toEqual([timeoutMs, toldMs]);
  await link.close();
  await server.close();
});
