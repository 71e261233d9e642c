import { expect, test } from "vitest";
import type { DurableLink } from "../../src/client/durable-link.js";
import { MillraceError } from "../../src/index.js";
import type { RpcLink } from "../../src/rpc/rpc-link.js";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { ClientRig, changesOf } from "./rig.js";

/** What is left of a network: links at the server, slabs on lease, timers. */
function leftovers({ net }: ClientRig, server = net.listen({ address: "memory://nobody" })): number[] {
  return [server.links.size, net.runtime.slabs.leased, net.clock.timers];
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const item of items) got.push(item);
  return got;
}

test("a stub goes on working over the next connection when one is lost", async () => {
  const rig = new ClientRig();
  rig.serve();
  const { link, wires, echo, changes } = await rig.connect();
  expect((await rig.net.until(echo.unary({ id: 1 }))).id).toBe(1);
  wires[0].cut();
  await rig.net.advance(2_000);
  expect(changes).toEqual([expect.stringMatching(/^waiting unavailable 1?\d{3}\./), "connecting", "open"]);
  expect((await rig.net.until(echo.unary({ id: 2 }))).id).toBe(2);
  expect([link.state, wires.length]).toEqual(["open", 2]);
});

test("without a connection a call fails at once, and says why and when the next attempt is", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo } = await rig.connect();
  await server.close();
  await rig.net.advance(10);
  const before = rig.net.clock.now();
  const failed = rig.net.until(echo.unary({}));
  await expect(failed).rejects.toMatchObject({ code: "unavailable" });
  await expect(failed).rejects.toThrow(/the next attempt is in \d+ ms: the peer closed the link/);
  await expect(rig.net.until(echo.produce({}).next())).rejects.toMatchObject({ code: "unavailable" });
  expect(rig.net.clock.now()).toBe(before);
});

test("a call that waits for a connection runs on the next one, whatever its kind", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo } = await rig.connect();
  await server.close();
  await rig.net.advance(10);
  const options = { waitForReady: true };
  const single = [echo.unary({ id: 7 }, options), echo.consume([{}, {}], options)] as const;
  const streams = [echo.produce({ count: 2 }, options), echo.both([{ id: 3 }], options)];
  const read = Promise.all(streams.map(async (stream) => (await all(stream)).map(({ id }) => id)));
  await rig.net.advance(5_000);
  rig.serve();
  expect(await rig.net.until(Promise.all(single))).toMatchObject([{ id: 7 }, { count: 2 }]);
  expect(await rig.net.until(read)).toEqual([[0, 1], [3]]);
});

test("the wait for a connection ends with the call's deadline, with its signal, and when a stream is left", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo, link } = await rig.connect("memory://a", { maxWaitingCalls: 3 });
  await server.close();
  await rig.net.advance(10);
  const before = rig.net.clock.now();
  const late = echo.unary({}, { waitForReady: true, timeoutMs: 30_000 });
  const aborter = new AbortController();
  const aborted = echo.unary({}, { waitForReady: true, signal: aborter.signal });
  const stream = echo.produce({}, { waitForReady: true });
  const item = stream.next();
  await expect(rig.net.until(echo.unary({}, { waitForReady: true }))).rejects.toMatchObject({
    code: "resource_exhausted",
    message: expect.stringContaining("maxWaitingCalls"),
  });
  aborter.abort();
  await expect(rig.net.until(aborted)).rejects.toMatchObject({ code: "cancelled" });
  expect(await rig.net.until(Promise.all([stream.return?.(), item]))).toMatchObject([{ done: true }, { done: true }]);
  await expect(rig.net.until(late)).rejects.toMatchObject({ code: "deadline_exceeded" });
  expect(rig.net.clock.now() - before).toBe(30_000);
  // None of them takes a place of those who wait.
  const waiting = [1, 2, 3].map(() => echo.unary({}, { waitForReady: true }));
  for (const call of waiting) call.catch(() => {});
  await link.close();
  for (const call of waiting) await expect(call).rejects.toThrow("the link was closed");
});

test("the requests of a call that never found a connection are let go of", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { echo } = await rig.connect();
  await server.close();
  await rig.net.advance(10);
  let isReturned = false;
  const requests = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => {}),
      async return() {
        isReturned = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  await expect(rig.net.until(echo.consume(requests))).rejects.toMatchObject({ code: "unavailable" });
  expect(isReturned).toBe(true);
});

test("a call that was sent fails once when its connection is lost, and is not made again", async () => {
  const rig = new ClientRig();
  let runs = 0;
  rig.serve("memory://a", {
    unary: () => {
      runs++;
      return new Promise(() => {});
    },
  });
  const { echo, wires, link } = await rig.connect();
  const call = echo.unary({}, { waitForReady: true });
  call.catch(() => {});
  await rig.net.advance(10);
  wires[0].cut();
  await expect(rig.net.until(call)).rejects.toMatchObject({ code: "unavailable" });
  await rig.net.advance(10_000);
  expect([runs, link.state]).toEqual([1, "open"]);
});

test("connecting rejects when nobody listens, and leaves nothing behind", async () => {
  const rig = new ClientRig();
  await expect(rig.connect()).rejects.toThrow("nothing listens on memory://a");
  expect(leftovers(rig)).toEqual([0, 0, 0]);
});

test("connecting with waitForReady returns at once and goes on trying; its calls wait", async () => {
  const rig = new ClientRig();
  const { link, echo } = await rig.connect("memory://a", { waitForReady: true });
  expect(link.state).toBe("waiting");
  const call = echo.unary({ id: 5 });
  await rig.net.advance(20_000);
  rig.serve();
  expect((await rig.net.until(call)).id).toBe(5);
  expect(link.state).toBe("open");
});

test("a server that refuses for a reason which no other attempt mends ends the link, with that reason", async () => {
  for (const code of ["unauthenticated", "permission_denied", "failed_precondition", "unimplemented"] as const) {
    const rig = new ClientRig();
    const server = rig.serve();
    const { link: made } = rig.net.dial("memory://a", { waitForReady: true });
    (server.handshaking as ReadonlySet<RpcLink>).forEach((link) =>
      link.connection.refuse(new MillraceError(code, "go away")),
    );
    const link = await rig.net.until(made);
    const waiting = link.client(Echo).unary({});
    await expect(rig.net.until(waiting)).rejects.toThrow(`the link is closed: [${code}] go away`);
    expect([(await rig.net.until(link.closed)).code, link.state]).toEqual([code, "closed"]);
    await rig.net.advance(10_000);
    expect(leftovers(rig, server)).toEqual([0, 0, 0]);
  }
});

test("a server that refuses for a reason which passes is tried again", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { link: made } = rig.net.dial("memory://a", { waitForReady: true });
  const busy = new MillraceError("resource_exhausted", "too many");
  (server.handshaking as ReadonlySet<RpcLink>).forEach((link) => link.connection.refuse(busy));
  const link = await rig.net.until(made);
  const changes = changesOf(link);
  expect((await rig.net.until(link.client(Echo).unary({ id: 1 }))).id).toBe(1);
  expect(changes).toEqual([expect.stringContaining("waiting unavailable"), "connecting", "open"]);
});

test("without reconnect a link ends with its connection", async () => {
  const rig = new ClientRig();
  rig.serve();
  const { link, wires, changes } = await rig.connect("memory://a", { reconnect: false });
  wires[0].cut();
  expect((await rig.net.until(link.closed)).message).toContain("reset");
  expect([link.state, ...changes]).toEqual(["closed", "closed unavailable"]);
  await rig.net.advance(10_000);
  expect(leftovers(rig)).toEqual([0, 0, 0]);
});

test("closing ends a link in every state, with its timers", async () => {
  const wait = [0, 10, 700, 900, 1100, 3000];
  for (const ms of wait) {
    const rig = new ClientRig(ms);
    const server = rig.serve();
    const { link, wires, changes } = await rig.connect("memory://a", { faults: { delayMs: [40, 60] } });
    if (ms > 0) wires[0].cut();
    await rig.net.advance(ms);
    await rig.net.until(link.close());
    expect([link.state, changes.at(-1)]).toEqual(["closed", "closed unavailable"]);
    await rig.net.advance(10_000);
    expect([wires.length <= 3, ...leftovers(rig, server)]).toEqual([true, 0, 0, 0]);
    expect(() => link.send(Payload, {})).toThrow("the link was closed");
    await rig.net.until(link.close());
  }
});

test("handlers and one-way messages go over every connection, and what they are given is the link itself", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { link, wires } = await rig.connect();
  const got: unknown[] = [];
  link.on(Payload, ({ id }, from) => void got.push(id, from === link));
  link.serve(Echo, { unary: ({ id }) => ({ id: id + 1 }), produce: () => [], consume: () => ({}), both: () => [] });
  for (const round of [0, 1]) {
    const [peer] = server.links;
    peer.send(Payload, { id: round });
    expect((await rig.net.until(peer.client(Echo).unary({ id: round }))).id).toBe(round + 1);
    wires[round].cut();
    await rig.net.advance(10);
    expect(() => link.send(Payload, {})).toThrow("the next attempt is in");
    await rig.net.advance(3_000);
  }
  expect(got).toEqual([0, true, 1, true]);
  expect(link.send(Payload, {})).toBe(true);
});

test("statistics count all connections, and the peer stays known between them", async () => {
  const rig = new ClientRig();
  rig.serve();
  const { link, wires, echo } = await rig.connect();
  await rig.net.until(echo.unary({ data: new Uint8Array(1000) }));
  const { bytesOut } = link.stats;
  wires[0].cut();
  await rig.net.advance(10);
  expect([link.stats.bytesOut, link.peer.address]).toEqual([bytesOut, "memory://server"]);
  await rig.net.advance(3_000);
  await rig.net.until(echo.unary({ data: new Uint8Array(1000) }));
  expect(link.stats.bytesOut).toBeGreaterThan(bytesOut + 1000);
});

test("a stub of another schema waits for the verdict on each connection, and fails where that is refused", async () => {
  const rig = new ClientRig();
  const server = rig.net.listen({ address: "memory://a" });
  const other = { ...Echo, schema: { ...Echo.schema, fingerprint: "0123456789abcdef", table: [] } };
  server.serve(other, { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] });
  const { echo, link } = await rig.connect();
  await expect(rig.net.until(echo.unary({}))).rejects.toMatchObject({ code: "failed_precondition" });
  await server.close();
  rig.serve();
  await rig.net.advance(3_000);
  expect((await rig.net.until(echo.unary({ id: 4 }))).id).toBe(4);
  expect((await rig.net.until(link.verdict(Echo))).verdict).toBe("equal");
});

test("the wait grows from 1 s by 1.6 to 120 s, give or take a fifth, and starts anew after a stable minute", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { link } = await rig.connect();
  const waits: number[] = [];
  link.onState((state, _reason, retryInMs) => void (state === "waiting" && waits.push(retryInMs!)));
  await server.close();
  await rig.net.advance(1_000_000);
  for (const [n, ms] of waits.entries()) {
    const middle = Math.min(1000 * 1.6 ** n, 120_000);
    expect(ms).toBeGreaterThanOrEqual(middle * 0.8);
    expect(ms).toBeLessThanOrEqual(middle * 1.2);
  }
  expect(waits.length).toBeGreaterThan(12);
  expect(new Set(waits.map((ms, n) => Math.round((ms / 1.6 ** n) * 100))).size).toBeGreaterThan(5);
  for (const [stableMs, least, most] of [
    [59_000, 96_000, 144_000],
    [61_000, 800, 1_200],
  ] as const) {
    const next = rig.serve();
    while (link.state !== "open") await rig.net.step();
    waits.length = 0;
    await rig.net.advance(stableMs);
    await next.close();
    await rig.net.advance(1);
    expect(waits[0]).toBeGreaterThanOrEqual(least);
    expect(waits[0]).toBeLessThanOrEqual(most);
  }
});

test("a listener that throws is reported, and the others are told", async () => {
  const rig = new ClientRig();
  rig.serve();
  const { link, wires, changes } = await rig.connect();
  link.onState(() => {
    throw new Error("a mistake");
  });
  const more = changesOf(link);
  wires[0].cut();
  await rig.net.advance(1);
  expect([changes.length, more.length, rig.net.reports.length]).toEqual([1, 1, 1]);
});

test("a listener that two have added is told for one of them when the other one ends that", async () => {
  const rig = new ClientRig();
  rig.serve();
  const { link, wires } = await rig.connect();
  const told: string[] = [];
  const listener = (state: string): void => void told.push(state);
  link.onState(listener);
  const stop = link.onState(listener);
  wires[0].cut();
  await rig.net.advance(1);
  expect(told).toEqual(["waiting", "waiting"]);
  stop();
  stop();
  await link.close();
  expect(told).toEqual(["waiting", "waiting", "closed"]);
});

test("addresses and options that are none are refused", async () => {
  const rig = new ClientRig();
  rig.serve();
  const refused: [string | string[], object, string][] = [
    ["nowhere", {}, '"nowhere" is not an address'],
    [[], {}, "connect() needs an address"],
    [["memory://a", "nowhere"], { waitForReady: true }, '"nowhere" is not an address'],
    ["memory://a", { maxWaitingCalls: -1 }, "maxWaitingCalls must be a whole number from 0"],
    ["memory://a", { maxWaitingCalls: Number.NaN }, "maxWaitingCalls must be a whole number from 0"],
  ];
  for (const [to, options, why] of refused) {
    await expect(rig.connect(to, options)).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(rig.connect(to, options)).rejects.toThrow(why);
  }
  await rig.net.advance(10_000);
  expect(leftovers(rig)).toEqual([0, 0, 0]);
});

test("without reconnect, waitForReady goes on trying until there is a connection, with which the link ends", async () => {
  const rig = new ClientRig();
  const { link, echo, wires } = await rig.connect("memory://a", { waitForReady: true, reconnect: false });
  const call = echo.unary({ id: 3 });
  await rig.net.advance(5_000);
  rig.serve();
  expect((await rig.net.until(call)).id).toBe(3);
  wires[0].cut();
  expect((await rig.net.until(link.closed)).message).toContain("reset");
  await rig.net.advance(10_000);
  expect(leftovers(rig)).toEqual([0, 0, 0]);
});

test("an address that is none ends the link, also beside one that is waited for", async () => {
  const rig = new ClientRig();
  const connecting = rig.connect(["memory://a", "nowhere"], { waitForReady: true });
  await expect(connecting).rejects.toThrow('"nowhere" is not an address');
  expect(leftovers(rig)).toEqual([0, 0, 0]);
});

test("what is wrong with a connection on this side, while it is made, does not end the link", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  const { link, echo } = await rig.connect();
  await server.close();
  const changes = changesOf(link);
  rig.serve();
  while (!changes.includes("connecting")) await rig.net.step();
  const [connection] = (link as DurableLink).links;
  connection.connection.refuse(new MillraceError("failed_precondition", "$ does not speak TLS"));
  await rig.net.advance(5_000);
  expect(link.state).toBe("open");
  expect((await rig.net.until(echo.unary({ id: 1 }))).id).toBe(1);
});

test("a stream that is left while it waits for a connection has ended, in batches, too", async () => {
  const rig = new ClientRig();
  const { link, echo } = await rig.connect("memory://a", { waitForReady: true });
  const [read, batched] = [echo.produce({}), echo.produce({})];
  const ends = [read.next(), batched.batches().next()];
  await rig.net.advance(10);
  await Promise.all([read.return?.(), batched.return?.()]);
  expect(await rig.net.until(Promise.all(ends))).toMatchObject([{ done: true }, { done: true }]);
  await rig.net.until(link.close());
});
