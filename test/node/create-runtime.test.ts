import { expect, test, vi } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, createRuntime, listen, type RuntimeOptions } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";

/** What a failing handler leaves on the console of a runtime made with these options. */
async function shownOf(options: RuntimeOptions): Promise<string> {
  const shown = vi.spyOn(console, "error").mockImplementation(() => {});
  const runtime = createRuntime(options);
  const server = await listen({ tcp: "127.0.0.1:0", runtime });
  server.serve(Echo, {
    ...handlers,
    unary() {
      throw new Error("the disk is gone");
    },
  });
  const link = await connect(server.urls, { runtime });
  try {
    await expect(link.client(Echo).unary({ data: new Uint8Array(100_000) })).rejects.toMatchObject({
      code: "internal",
    });
    await link.close();
    await server.close();
    expect(runtime.slabs.leased).toBe(0);
    return shown.mock.calls.join("\n");
  } finally {
    shown.mockRestore();
  }
}

test("parts of a runtime that are undefined count as left out", async () => {
  const parts = { report: undefined, clock: undefined, slabs: undefined, maxWaitingEventBytes: undefined };
  expect(await shownOf(parts)).toContain("Echo/Unary threw Error: the disk is gone");
});

test("a report that throws is told on the console, and ends no process", async () => {
  const report = (): never => {
    throw new Error("the log is gone");
  };
  const told = "report threw Error: the log is gone";
  expect(await shownOf({ report })).toMatch(
    new RegExp(`${told}[^]* when the handler of echo.Echo/Unary threw Error: the disk is gone`),
  );
});

for (const size of [-1, 1.5, NaN]) {
  test(`a runtime is not made for ${size} bytes, at which it would refuse all long messages, or bound nothing`, () => {
    for (const name of ["maxLeasedBytes", "maxWaitingEventBytes"]) {
      expect(() => createRuntime({ [name]: size })).toThrow(`[invalid_argument] ${name} must be a whole number`);
    }
  });
}
