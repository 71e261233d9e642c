import { expect, test, vi } from "vitest";
import { createRuntime, pageClock } from "../../src/browser/runtime.js";

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

test("what waits for longer than a browser's timers can does not run early", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const timer = pageClock.after(2 ** 31, run);
  vi.advanceTimersByTime(2 ** 31 - 1);
  expect(run).not.toHaveBeenCalled();
  timer.cancel();
  vi.useRealTimers();
});
