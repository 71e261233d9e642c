import { expect, test, vi } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";

test("parts of a runtime that are undefined count as left out", async () => {
  const shown = vi.spyOn(console, "error").mockImplementation(() => {});
  const runtime = createRuntime({
    report: undefined,
    clock: undefined,
    slabs: undefined,
    maxWaitingEventBytes: undefined,
  });
  const server = await listen({ tcp: "127.0.0.1:0", runtime });
  server.serve(Echo, {
    ...handlers,
    unary() {
      throw new Error("the disk is gone");
    },
  });
  const link = await connect(server.urls, { runtime });
  try {
    await expect(link.client(Echo).unary({})).rejects.toMatchObject({ code: "internal" });
    expect(shown).toHaveBeenCalledWith(expect.stringContaining("Echo/Unary threw Error: the disk is gone"));
  } finally {
    shown.mockRestore();
    await link.close();
    await server.close();
  }
});

for (const size of [-1, 1.5, NaN]) {
  test(`a runtime is not made for ${size} bytes, at which it would refuse all long messages, or bound nothing`, () => {
    for (const name of ["maxLeasedBytes", "maxWaitingEventBytes"]) {
      expect(() => createRuntime({ [name]: size })).toThrow(`[invalid_argument] ${name} must be a whole number`);
    }
  });
}
