import { expect, test } from "vitest";
import type { ClientOptions } from "../../src/node/index.js";
import { ClientRig, type Connected, changesOf } from "./rig.js";

/** Time in which a link without a server comes to wait for more than half a minute. */
const LONG_MS = 120_000;

interface Alone extends Connected {
  readonly rig: ClientRig;
}

/** A link whose server is gone for so long that its waits have grown. */
async function alone(options: ClientOptions = {}): Promise<Alone> {
  const rig = new ClientRig();
  const server = rig.serve();
  const connected = await rig.connect("memory://a", options);
  await server.close();
  await rig.net.advance(LONG_MS);
  expect(connected.link.state).toBe("waiting");
  return { rig, ...connected };
}

function attemptsIn(changes: readonly string[]): number {
  return changes.filter((change) => change === "connecting").length;
}

test("a link that waits makes its next attempt now when it is asked to", async () => {
  const { rig, link } = await alone();
  rig.serve();
  await rig.net.advance(1_000);
  expect(link.state).toBe("waiting");
  link.retryNow();
  await rig.net.advance(1);
  expect(link.state).toBe("open");
});

test("when the attempt that was asked for fails, the waits start anew", async () => {
  const { rig, link } = await alone();
  const changes = changesOf(link);
  link.retryNow();
  await rig.net.advance(1);
  const [, waits] = changes;
  const ms = Number(waits.split(" ").at(-1));
  expect(ms).toBeGreaterThanOrEqual(800);
  expect(ms).toBeLessThanOrEqual(1_200);
});

test("a link that is asked again and again makes an attempt a second, not more", async () => {
  const { rig, link } = await alone();
  const changes = changesOf(link);
  for (let ms = 0; ms < 10_000; ms += 10) {
    link.retryNow();
    await rig.net.advance(10);
  }
  expect(attemptsIn(changes)).toBeGreaterThanOrEqual(9);
  // The first wait of a link is 0.8 s at least.
  expect(attemptsIn(changes)).toBeLessThanOrEqual(13);
});

test("a link is asked in the second after an attempt has failed, and makes the next one when that is over", async () => {
  const { rig, link, changes } = await alone();
  link.retryNow();
  await rig.net.advance(1_300);
  rig.serve();
  const before = attemptsIn(changes);
  link.retryNow();
  await rig.net.advance(500);
  expect(attemptsIn(changes)).toBe(before);
  await rig.net.advance(500);
  expect([attemptsIn(changes), link.state]).toEqual([before + 1, "open"]);
});

test("a wait that a server asked for is not cut short", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { link, changes } = await rig.connect();
  await rig.net.until(server.drain({ graceMs: 1_000, retryAfterMs: 30_000 }));
  rig.serve();
  for (let second = 1; second < 30; second++) {
    link.retryNow();
    await rig.net.advance(1_000);
  }
  expect([link.state, attemptsIn(changes)]).toEqual(["waiting", 0]);
  await rig.net.advance(32_000);
  expect(link.state).toBe("open");
});

test("all addresses that are waited for are tried", async () => {
  const rig = new ClientRig();
  const servers = [rig.serve("memory://a"), rig.serve("memory://b"), rig.serve("memory://c")];
  const { link } = await rig.connect(["memory://a", "memory://b", "memory://c"]);
  await Promise.all(servers.slice(1).map((server) => server.close()));
  await rig.net.advance(LONG_MS);
  const back = [rig.serve("memory://b"), rig.serve("memory://c")];
  link.retryNow();
  await rig.net.advance(1_000);
  expect(back.map(({ links }) => links.size)).toEqual([1, 1]);
});

test("where no attempt is waited for, asking for one does nothing", async () => {
  const { rig, link, wires } = await alone();
  const server = rig.serve();
  await rig.net.advance(LONG_MS);
  const [far] = server.links;
  const before = wires.length;
  for (const one of [link, far]) one.retryNow();
  await rig.net.advance(5_000);
  expect([link.state, far.state, wires.length, server.links.size]).toEqual(["open", "open", before, 1]);
  await rig.net.until(link.close());
  link.retryNow();
  await rig.net.advance(5_000);
  expect([link.state, wires.length, server.links.size]).toEqual(["closed", before, 0]);
});

test("a link that is closed while the attempt that was asked for is near makes none, and leaves no timer", async () => {
  const { rig, link, wires } = await alone();
  const before = wires.length;
  link.retryNow();
  await rig.net.until(link.close());
  await rig.net.advance(5_000);
  expect([wires.length, rig.net.clock.timers]).toEqual([before, 0]);
});

test("waits grow up to maxBackoffMs, give or take a fifth", async () => {
  const { rig, link } = await alone({ maxBackoffMs: 4_000 });
  const waits: number[] = [];
  link.onState((state, _reason, retryInMs) => void (state === "waiting" && waits.push(retryInMs!)));
  await rig.net.advance(LONG_MS);
  expect(waits.length).toBeGreaterThan(20);
  expect(Math.max(...waits)).toBeLessThanOrEqual(4_800);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(3_200);
});

test.each([999, 2 ** 31, 1_500.5, Number.NaN])("a maxBackoffMs of %d is refused", async (maxBackoffMs) => {
  const rig = new ClientRig();
  rig.serve();
  await expect(rig.connect("memory://a", { maxBackoffMs })).rejects.toThrow(
    "[invalid_argument] maxBackoffMs must be a whole number from 1000",
  );
});
