import { expect, test } from "vitest";
import { PageReading } from "../../src/browser/reading.js";
import { VirtualClock } from "../../src/testing/clock.js";

/** A page's reading, what it refused its link for, and what brings bytes of frames of 24 bytes, with or without their end. */
function start() {
  const clock = new VirtualClock();
  const refused: string[] = [];
  const link = { refuse: ({ message }: Error) => void refused.push(message) };
  const reading = new PageReading(clock, { frameTimeoutMs: 1_000 }, link);
  const begin = (bytes: number): void => {
    reading.ring.take(new Uint8Array(bytes), 0);
    reading.ended({ wanted: 24, unfinished: undefined }, false);
  };
  const finish = (bytes: number): void => {
    reading.ring.take(new Uint8Array(bytes), 0);
    reading.ring.passed(24);
    reading.ended({ wanted: 16, unfinished: undefined }, true);
  };
  return { clock, reading, refused, begin, finish };
}

test("a page refuses a link whose frame is not whole in time", () => {
  const { clock, refused, begin } = start();
  begin(8);
  clock.advance(600);
  begin(8);
  clock.advance(399);
  expect(refused).toEqual([]);
  clock.advance(2);
  expect(refused).toEqual(["[deadline_exceeded] a frame was not whole within 1000 ms"]);
});

test("each frame that a page receives in parts has its own time", () => {
  const { clock, refused, begin, finish } = start();
  begin(8);
  clock.advance(600);
  finish(16);
  begin(8);
  clock.advance(600);
  expect(refused).toEqual([]);
  clock.advance(401);
  expect(refused).toHaveLength(1);
});

test("a page that was frozen reads what has come before it gives a link up for a frame", () => {
  const { clock, refused, begin, finish } = start();
  begin(8);
  clock.advance(1_000);
  finish(16);
  clock.advance(10_000);
  expect(refused).toEqual([]);
  expect(clock.timers).toBe(0);
});

test("a link that is closed leaves no timer in a page, and no bytes", () => {
  const { clock, reading, begin } = start();
  begin(8);
  reading.stop();
  expect(clock.timers).toBe(0);
  expect(reading.ring.end).toBe(0);
});
