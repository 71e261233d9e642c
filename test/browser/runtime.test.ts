import { expect, test, vi } from "vitest";
import { createRuntime } from "../../src/browser/runtime.js";

test("what a handler throws goes to the page's console as it is, where its stack and causes can be looked at", () => {
  const shown = vi.spyOn(console, "error").mockImplementation(() => {});
  const error = new Error("100 % broken", { cause: new Error("why") });
  try {
    createRuntime().report(error, "the handler of chat.Chat/Send");
    expect(shown.mock.calls).toEqual([["millrace: %s threw", "the handler of chat.Chat/Send", error]]);
    expect(shown.mock.calls[0][2]).toBe(error);
  } finally {
    shown.mockRestore();
  }
});
