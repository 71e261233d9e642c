import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../src/node/runtime.js";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("what waits for longer than a timer of Node.js can waits for as long as it was told to", () => {
  const run = vi.fn();
  systemClock.after(60 * DAY_MS, run);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test.each([0, 30, 59])("a wait of 60 days that is cancelled after %i leaves no timer", (days) => {
  const run = vi.fn();
  const timer = systemClock.after(60 * DAY_MS, run);
  vi.advanceTimersByTime(days * DAY_MS);
  timer.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
