import fc from "fast-check";
import { expect, test } from "vitest";
import { CallRecorder, Digest, Network, Random, VirtualClock } from "millrace/testing";
import { Echo } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";

test("timers run in the order of their time, then of their making, but for those that were cancelled", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 30 }), (given) => {
      const clock = new VirtualClock();
      const ran: number[] = [];
      const timers = given.map(([ms], index) => clock.after(ms, () => ran.push(index)));
      for (const [index, [, isCancelled]] of given.entries()) if (isCancelled) timers[index].cancel();
      const wanted = given.map(([ms], index) => [ms, index]).filter(([, index]) => !given[index][1]);
      expect(clock.next).toBe(Math.min(...wanted.map(([ms]) => ms)));
      while (clock.step(5));
      expect(ran).toEqual(wanted.toSorted(([a, i], [b, j]) => a - b || i - j).map(([, index]) => index));
      expect([clock.timers, clock.now()]).toEqual([0, 5]);
    }),
  );
});

test("a timer that is made by a timer waits for its time, and one for now runs in the same advance", () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  clock.after(1, () => {
    clock.after(0, () => ran.push(clock.now()));
    clock.after(5, () => ran.push(clock.now()));
  });
  clock.advance(2);
  expect([ran, clock.timers]).toEqual([[1], 1]);
});

test("a seed decides all that is drawn, and numbers stay within what was asked for", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 50 }, () => random.int(3, 9));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(new Set(draw(1))).toEqual(new Set([3, 4, 5, 6, 7, 8, 9]));
  const random = new Random(5);
  expect([random.chance(0), random.chance(1), random.pick([7])]).toEqual([false, true, 7]);
});

test("a digest depends on each byte and on their order, wherever they lie", () => {
  const digestOf = (...parts: readonly Uint8Array[]): string => {
    const digest = new Digest();
    for (const part of parts) digest.bytes(part);
    return digest.value;
  };
  const bytes = Uint8Array.from({ length: 21 }, (_, i) => i);
  const copy = new Uint8Array(25);
  copy.set(bytes, 4);
  expect(digestOf(copy.subarray(4))).toBe(digestOf(bytes));
  for (let i = 0; i < bytes.length; i++) expect(digestOf(bytes.with(i, 99))).not.toBe(digestOf(bytes));
  expect(digestOf(bytes, copy)).not.toBe(digestOf(copy, bytes));
});

test("a recorder knows each call's requests, answers and end, at both ends", async () => {
  const net = new Network();
  const [made, answered] = [new CallRecorder(net.clock), new CallRecorder(net.clock)];
  const server = net.listen({ interceptors: [answered.server] });
  server.serve(Echo, { ...handlers, unary: () => new Promise(() => {}) });
  const link = await net.connect(server, { interceptors: [made.client], faults: { delayMs: [5, 5] } });
  const echo = link.client(Echo);
  const { count } = await net.until(echo.consume([{ id: 1 }, { id: 2 }]));
  await net.until(echo.unary({ id: 3 }, { timeoutMs: 100 }).catch(() => {}));
  const stream = echo.produce({ count: 3 });
  await net.until(stream.next());
  await net.until(stream.return!());
  await net.advance(100);
  expect(count).toBe(2);
  const seen = ({ calls }: CallRecorder) =>
    calls.map(({ path, requests, answers, end }) => [path, requests.length, answers.length, end]);
  expect(seen(made)).toEqual([
    ["echo.Echo/Consume", 2, 1, "ok"],
    ["echo.Echo/Unary", 1, 0, "deadline_exceeded"],
    ["echo.Echo/Produce", 1, 1, "left"],
  ]);
  expect(seen(answered)[0]).toEqual(["echo.Echo/Consume", 2, 1, "ok"]);
  expect(made.calls[1].endMs! - made.calls[1].startMs).toBe(100);
});

test("a call whose handler throws what is no MillraceError is recorded at both ends as its caller is told", async () => {
  const net = new Network();
  const calls = new CallRecorder(net.clock);
  const server = net.listen({ interceptors: [calls.server] });
  server.serve(Echo, {
    ...handlers,
    unary() {
      throw new Error("the disk is gone");
    },
  });
  const link = await net.connect(server, { interceptors: [calls.client] });
  await expect(net.until(link.client(Echo).unary({}))).rejects.toMatchObject({ code: "internal" });
  expect(calls.calls.map(({ end }) => end)).toEqual(["internal", "internal"]);
});
