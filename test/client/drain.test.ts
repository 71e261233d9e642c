import { expect, test } from "vitest";
import type { EchoHandlers } from "../../schemas/gen/echo.js";
import { ClientRig } from "./rig.js";

const slow = { faults: { delayMs: [20, 20] as [number, number] } };

/** Two servers, and what ran at each of them. */
function pair(seed = 1): {
  rig: ClientRig;
  runs: { a: number[]; b: number[] };
  servers: { a: ReturnType<ClientRig["serve"]>; b: ReturnType<ClientRig["serve"]> };
} {
  const rig = new ClientRig(seed);
  const runs = { a: [] as number[], b: [] as number[] };
  const at = (name: "a" | "b"): Partial<EchoHandlers> => ({
    unary: (request) => (runs[name].push(request.id), request),
    async consume(requests) {
      let count = 0;
      for await (const { id } of requests) {
        runs[name].push(id);
        count++;
      }
      return { count };
    },
    async *both(requests) {
      for await (const { id } of requests) {
        runs[name].push(id);
        yield { id };
      }
    },
  });
  return { rig, runs, servers: { a: rig.serve("memory://a", at("a")), b: rig.serve("memory://b", at("b")) } };
}

test("calls of all kinds that cross the DRAIN of their server run at another one, once, and their callers see no error", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { rig, runs, servers } = pair(seed);
    const { echo, link } = await rig.connect(["memory://a", "memory://b"], slow);
    await rig.net.advance(100);
    expect(link.state).toBe("open");
    void servers.a.drain();
    const one = Array.from({ length: 10 }, (_, id) => echo.unary({ id }));
    const many = async function* (from: number) {
      for (let id = from; id < from + 5; id++) {
        yield { id, data: new Uint8Array(100) };
        await new Promise<void>((resolve) => rig.net.clock.after(7, resolve));
      }
    };
    const counted = echo.consume(many(100));
    const given: number[] = [];
    const read = (async () => {
      for await (const { id } of echo.both(many(200))) given.push(id);
    })();
    const all = Promise.all([Promise.all(one), counted, read] as const);
    const [answers, { count }] = await rig.net.until(all);
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([count, given]).toEqual([5, [200, 201, 202, 203, 204]]);
    expect(runs.a).toEqual([]);
    expect(runs.b.sort((x, y) => x - y)).toEqual([...answers.keys(), 100, 101, 102, 103, 104, 200, 201, 202, 203, 204]);
    await rig.net.until(link.close());
    await rig.net.advance(5_000);
    expect(rig.net.runtime.slabs.leased).toBe(0);
  }
});

test("requests beyond what is kept end their call as unavailable, and the source is let go of", async () => {
  const { rig, servers } = pair();
  const { echo } = await rig.connect("memory://a", slow);
  void servers.a.drain();
  let isReturned = false;
  const requests = (async function* () {
    try {
      for (let id = 0; id < 100; id++) yield { id, data: new Uint8Array(2_000) };
    } finally {
      isReturned = true;
    }
  })();
  await expect(rig.net.until(echo.consume(requests))).rejects.toMatchObject({ code: "unavailable" });
  await rig.net.advance(10);
  expect(isReturned).toBe(true);
});

test("a server that drains finishes what is under way, lets nobody in, and cuts off what takes longer than its grace", async () => {
  const rig = new ClientRig();
  const { clock } = rig.net;
  const server = rig.serve("memory://a", {
    unary: (request) => new Promise((resolve) => clock.after(request.id, () => resolve(request))),
  });
  const { echo, link, changes } = await rig.connect();
  const [short, long] = [echo.unary({ id: 3_000 }), echo.unary({ id: 60_000 })];
  long.catch(() => {});
  await rig.net.advance(10);
  const start = clock.now();
  const drained = server.drain({ graceMs: 5_000 });
  await rig.net.advance(10);
  expect(link.state).toBe("draining");
  await expect(rig.net.until(echo.unary({}))).rejects.toThrow(
    /the next attempt is in \d+ ms: memory:\/\/a is draining/,
  );
  await expect(rig.connect()).rejects.toThrow("nothing listens");
  expect((await rig.net.until(short)).id).toBe(3_000);
  await expect(rig.net.until(long)).rejects.toMatchObject({ code: "unavailable" });
  await rig.net.until(drained);
  expect([clock.now() - start, server.links.size, changes[0]]).toEqual([5_000, 0, "draining"]);
});

test("a server without calls under way drains at once, and a handshake is no reason to wait", async () => {
  const rig = new ClientRig();
  const server = rig.serve();
  await rig.connect();
  const { link } = rig.net.dial("memory://a", { ...slow, waitForReady: true });
  const start = rig.net.clock.now();
  await rig.net.until(server.drain());
  expect(rig.net.clock.now() - start).toBeLessThan(100);
  await rig.net.until((await link).close());
});

test("clients stay away for as long as the server asks, and come back spread over as long a time again", async () => {
  for (const leave of ["drain", "close"] as const) {
    const rig = new ClientRig();
    const server = rig.serve();
    const waits: number[] = [];
    for (let i = 0; i < 50; i++) {
      const { link } = await rig.connect();
      link.onState((state, _reason, retryInMs) => void (state === "waiting" && waits.push(retryInMs!)));
    }
    await rig.net.until(server[leave]({ retryAfterMs: 20_000 }));
    await rig.net.advance(10);
    expect(waits.length).toBe(50);
    expect(Math.min(...waits)).toBeGreaterThan(19_900);
    expect(Math.max(...waits)).toBeLessThanOrEqual(40_000);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(15_000);
  }
});

test("what a server asks for is a number of milliseconds", async () => {
  const server = new ClientRig().serve();
  for (const ms of [-1, 0.5, 2 ** 32, Number.NaN]) {
    await expect(server.drain({ graceMs: ms })).rejects.toThrow("graceMs must be a whole number");
    await expect(server.drain({ retryAfterMs: ms })).rejects.toThrow("retryAfterMs must be a whole number");
    await expect(server.close({ retryAfterMs: ms })).rejects.toThrow("retryAfterMs must be a whole number");
  }
});

/** A call whose server never ran it, and which waits for the next one; behind its first request comes what `rest` gives. */
async function waiting(first: object, rest: Promise<object>) {
  const { rig, servers } = pair();
  const { echo } = await rig.connect("memory://a", slow);
  void servers.a.drain();
  const requests = async function* () {
    yield first;
    yield await rest;
  };
  const call = echo.consume(requests());
  call.catch(() => {});
  await rig.net.advance(200);
  return { rig, call };
}

test("requests that fail while their call waits to be made again fail it: no server takes what came before for all", async () => {
  let fail = (_error: Error): void => {};
  const { rig, call } = await waiting({ id: 1 }, new Promise((_, reject) => (fail = reject)));
  fail(new Error("the disk is gone"));
  await rig.net.advance(10);
  rig.serve("memory://a");
  await expect(rig.net.until(call)).rejects.toThrow("the disk is gone");
});

test("a request that comes while its call waits to be made again loses none of those before it, however long it is", async () => {
  const data = new Uint8Array(40_000);
  let give = (_request: object): void => {};
  const { rig, call } = await waiting({ data }, new Promise((resolve) => (give = resolve)));
  give({ data });
  await rig.net.advance(10);
  rig.serve("memory://a");
  expect((await rig.net.until(call)).count).toBe(2);
});
