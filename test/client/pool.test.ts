import { expect, test } from "vitest";
import type { Server } from "../../src/testing/index.js";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";
import { ClientRig, type Connected } from "./rig.js";

const URLS = ["memory://a", "memory://b", "memory://c"];

/** Servers at all of `URLS`, and how often each of them ran a call. */
function three(seed = 1): { rig: ClientRig; servers: Server[]; runs: number[] } {
  const rig = new ClientRig(seed);
  const runs = [0, 0, 0];
  const servers = URLS.map((url, i) =>
    rig.serve(url, {
      unary: (request) => {
        runs[i]++;
        return request;
      },
    }),
  );
  return { rig, servers, runs };
}

test("calls go to all servers", async () => {
  const { rig, runs, servers } = three();
  const { echo } = await rig.connect(URLS);
  await rig.net.advance(10);
  expect(servers.map(({ links }) => links.size)).toEqual([1, 1, 1]);
  await rig.net.until(Promise.all(Array.from({ length: 300 }, () => echo.unary({}))));
  for (const count of runs) expect(count).toBeGreaterThan(60);
});

test("of two that chance picks, the one with fewer calls under way gets the next", async () => {
  const rig = new ClientRig();
  const runs = [0, 0];
  for (const [i, ms] of [500, 10].entries()) {
    rig.serve(URLS[i], {
      unary: (request) => {
        runs[i]++;
        return new Promise((resolve) => rig.net.clock.after(ms, () => resolve(request)));
      },
    });
  }
  const { echo } = await rig.connect(URLS.slice(0, 2));
  await rig.net.advance(10);
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < 200; i++) {
    calls.push(echo.unary({}));
    await rig.net.advance(5);
  }
  await rig.net.until(Promise.all(calls));
  expect(runs[1]).toBeGreaterThan(runs[0] * 5);
});

test("a server that is gone gets no calls, is tried again with backoff, and gets calls again when it is back", async () => {
  const { rig, servers, runs } = three();
  const { echo, link, changes } = await rig.connect(URLS);
  await rig.net.advance(10);
  await servers[1].close();
  await rig.net.advance(10);
  await rig.net.until(Promise.all(Array.from({ length: 100 }, () => echo.unary({}))));
  expect(runs[1]).toBe(0);
  await rig.net.advance(60_000);
  const back = rig.serve(URLS[1]);
  await rig.net.advance(60_000);
  await rig.net.until(Promise.all(Array.from({ length: 100 }, () => echo.unary({}))));
  expect([link.state, back.links.size, ...changes]).toEqual(["open", 1]);
  expect([...back.links][0].stats.framesIn).toBeGreaterThan(20);
});

test("connecting needs one server of several; the others are tried until they are there", async () => {
  const rig = new ClientRig();
  rig.serve(URLS[2]);
  const { echo, link } = await rig.connect(URLS);
  expect((await rig.net.until(echo.unary({ id: 1 }))).id).toBe(1);
  const late = rig.serve(URLS[0]);
  await rig.net.advance(60_000);
  expect([late.links.size, link.state]).toEqual([1, "open"]);
  const nobody = new ClientRig();
  await expect(nobody.connect(URLS)).rejects.toThrow("nothing listens on memory://a");
});

test("the state is that of the best connection", async () => {
  const { rig, servers } = three();
  const { link, changes } = await rig.connect(URLS);
  await rig.net.advance(10);
  for (const server of servers) {
    expect(link.state).toBe("open");
    await server.close();
    await rig.net.advance(10);
  }
  expect(changes.length).toBe(1);
  expect(link.state).toBe("waiting");
  await rig.net.until(link.close());
  await rig.net.advance(10);
  expect(rig.net.clock.timers).toBe(0);
});

test("more connections are made when calls come near to a server's limit, up to maxLinks, and closed when idle", async () => {
  const rig = new ClientRig();
  let release = (): void => {};
  const open = new Promise<void>((resolve) => (release = resolve));
  const server = rig.net.listen({ address: "memory://a", limits: { maxStreams: 10 } });
  server.serve(Echo, { ...handlers, unary: (request) => open.then(() => request) });
  const { link, echo } = await rig.connect("memory://a", { maxLinks: 3, minIdle: 1, idleTimeoutMs: 10_000 });
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < 30; i++) {
    calls.push(echo.unary({}));
    await rig.net.advance(1);
  }
  expect(server.links.size).toBe(3);
  await expect(rig.net.until(echo.unary({}))).rejects.toThrow("the peer allows 10 calls at once");
  release();
  await rig.net.until(Promise.all(calls));
  await rig.net.advance(5_000);
  expect(server.links.size).toBe(3);
  await rig.net.advance(25_000);
  expect([server.links.size, link.state]).toEqual([1, "open"]);
  expect(rig.net.clock.timers).toBe(2);
  await rig.net.until(link.close());
  await rig.net.advance(10);
  expect(rig.net.clock.timers).toBe(0);
});

test("an address whose connection nobody needed is tried again when there is no other", async () => {
  const { rig, servers } = three();
  const { echo } = await rig.connect(URLS, { minIdle: 1, idleTimeoutMs: 1_000 });
  await rig.net.advance(10_000);
  expect(servers.map(({ links }) => links.size)).toEqual([1, 0, 0]);
  await servers[0].close();
  await rig.net.advance(10);
  expect((await rig.net.until(echo.unary({ id: 3 }))).id).toBe(3);
});

test("minIdle connections are there from the start", async () => {
  const { rig, servers } = three();
  await rig.connect("memory://a", { maxLinks: 4, minIdle: 4 });
  await rig.net.advance(10);
  expect(servers[0].links.size).toBe(4);
});

test("one server that refuses for good leaves the others; when all do, the link is closed", async () => {
  const { rig, servers } = three();
  const { link, echo } = await rig.connect(URLS.slice(0, 2), { reconnect: false });
  await rig.net.advance(10);
  await servers[0].close();
  await rig.net.advance(10);
  expect((await rig.net.until(echo.unary({ id: 1 }))).id).toBe(1);
  await servers[1].close();
  await rig.net.advance(10);
  expect(link.state).toBe("closed");
});

test("sizes of a pool that cannot be are refused", async () => {
  const { rig } = three();
  const refused = [
    [{ maxLinks: 2 }, "maxLinks must be a whole number from 3 to 1024, not 2"],
    [{ minIdle: 0 }, "minIdle must be a whole number from 1 to 3, not 0"],
    [{ minIdle: 4 }, "minIdle must be a whole number from 1 to 3, not 4"],
    [{ idleTimeoutMs: 0 }, "idleTimeoutMs must be a whole number from 1"],
  ] as const;
  for (const [options, why] of refused) await expect(rig.connect(URLS, options)).rejects.toThrow(why);
});

test("a call goes to a server that has room for it, also when those at a full one are fewer", async () => {
  const rig = new ClientRig();
  for (const [i, maxStreams] of [2, 100].entries()) {
    const server = rig.net.listen({ address: URLS[i], limits: { maxStreams } });
    server.serve(Echo, { ...handlers, unary: () => new Promise(() => {}) });
  }
  const { echo } = await rig.connect(URLS.slice(0, 2));
  await rig.net.advance(10);
  const refused: unknown[] = [];
  for (let i = 0; i < 50; i++) echo.unary({}).catch(({ code }) => refused.push(code));
  await rig.net.advance(10);
  expect(refused).toEqual([]);
});

test("one-way messages stay on their connection while that lasts, and in order, when one that was lost is there again", async () => {
  const rig = new ClientRig();
  const got: number[] = [];
  rig.serve().on(Payload, ({ id }) => void got.push(id));
  const { link, wires } = await rig.connect("memory://a", { maxLinks: 2, minIdle: 2 });
  await rig.net.advance(10);
  wires[0].cut();
  await rig.net.advance(10);
  wires[1].stall(5_000);
  link.send(Payload, { id: 1 });
  await rig.net.advance(3_000);
  expect(wires.length).toBe(3);
  link.send(Payload, { id: 2 });
  await rig.net.advance(5_000);
  expect(got).toEqual([1, 2]);
});

/** A link to two servers, of two connections each, of which those to the first have a call under way that `release` ends. */
async function grown(): Promise<Connected & { rig: ClientRig; servers: Server[]; release: () => void }> {
  const rig = new ClientRig();
  let release = (): void => {};
  const open = new Promise<void>((resolve) => (release = resolve));
  const servers = URLS.slice(0, 2).map((address, i) => {
    const server = rig.net.listen({ address, limits: { maxStreams: 5 } });
    const work = i === 0 ? open : new Promise<void>((resolve) => rig.net.clock.after(100, resolve));
    server.serve(Echo, { ...handlers, unary: (request) => work.then(() => request) });
    return server;
  });
  const connected = await rig.connect(URLS.slice(0, 2), { maxLinks: 4, idleTimeoutMs: 1_000 });
  for (let i = 0; i < 20; i++) {
    void connected.echo.unary({});
    await rig.net.advance(1);
  }
  expect(servers.map(({ links }) => links.size)).toEqual([2, 2]);
  return { ...connected, rig, servers, release };
}

test("of connections that nobody needs, each address keeps one", async () => {
  const { rig, servers, release, link } = await grown();
  await rig.net.advance(10_000);
  expect(servers.map(({ links }) => links.size)).toEqual([2, 1]);
  release();
  await rig.net.advance(10_000);
  expect(servers.map(({ links }) => links.size)).toEqual([1, 1]);
  await rig.net.until(link.close());
});

test("a server that is gone while connections are closed that nobody needs is connected to again when it is back", async () => {
  const { rig, servers, release } = await grown();
  release();
  await rig.net.advance(200);
  await rig.net.until(servers[1].close());
  await rig.net.advance(30_000);
  const back = rig.serve(URLS[1]);
  await rig.net.advance(200_000);
  expect([servers[0].links.size, back.links.size]).toEqual([1, 1]);
});

test("a call that its server never ran is made at another one also by a link that does not connect again", async () => {
  const { rig, servers, runs } = three();
  const slow = { faults: { delayMs: [20, 20] as [number, number] } };
  const { echo } = await rig.connect(URLS, { ...slow, reconnect: false });
  await rig.net.advance(100);
  void servers[0].drain();
  const calls = Array.from({ length: 12 }, (_, id) => echo.unary({ id }));
  expect((await rig.net.until(Promise.all(calls))).map(({ id }) => id)).toEqual([...calls.keys()]);
  expect(runs[0]).toBe(0);
});
