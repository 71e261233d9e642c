import { expect, test } from "vitest";
import { ClientRig } from "./rig.js";

test("a call that is cancelled while it waits for a connection leaves no timer of its deadline", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo, link } = await rig.connect();
  await server.close();
  await rig.net.advance(10);
  const before = rig.net.clock.timers;
  const aborter = new AbortController();
  const options = { waitForReady: true, timeoutMs: 100_000 };
  const aborted = echo.unary({}, { ...options, signal: aborter.signal });
  const left = echo.produce({}, options);
  void left.return?.();
  aborter.abort();
  await expect(rig.net.until(aborted)).rejects.toMatchObject({ code: "cancelled" });
  expect(rig.net.clock.timers).toBe(before);
  await link.close();
});

test("a call that its server never ran, and that waits for a connection, waits for the next one as long as that takes", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo } = await rig.connect();
  const draining = server.drain();
  const call = echo.unary({ id: 4 }, { waitForReady: true });
  await rig.net.until(draining);
  await rig.net.advance(100_000);
  rig.serve();
  expect((await rig.net.until(call)).id).toBe(4);
});
