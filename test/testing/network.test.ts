import { expect, test } from "vitest";
import { type Faults, Network, type NetworkConnectOptions } from "millrace/testing";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { handlers } from "../support/echo.js";

const long = new Uint8Array(100_000).map((_, i) => i);

/** A network with a server that echoes, and a link to it. */
async function start(options: NetworkConnectOptions = {}, seed = 1) {
  const net = new Network({ seed });
  const server = net.listen();
  server.serve(Echo, handlers);
  const { link: made, wire } = net.dial(server, options);
  const link = await net.until(made);
  return { net, server, wire, link, echo: link.client(Echo) };
}

/** How many milliseconds an echo of `data` takes. */
async function time(faults: Partial<Faults>, data = new Uint8Array(0)): Promise<number> {
  const { net, echo } = await start({ faults });
  const before = net.clock.now();
  expect((await net.until(echo.unary({ data }))).data.length).toBe(data.length);
  return net.clock.now() - before;
}

test("the same seed and calls give the same bytes at the same moments, another seed gives others", async () => {
  const digestOf = async (seed: number): Promise<string> => {
    const { net, echo } = await start({ faults: { delayMs: [1, 30], readBytes: [1, 2000] } }, seed);
    await net.until(echo.unary({ data: long }));
    return `${net.digest.value} ${net.clock.now()}`;
  };
  expect(await digestOf(7)).toBe(await digestOf(7));
  expect(await digestOf(7)).not.toBe(await digestOf(8));
});

test("delayed bytes take their time, both ways", async () => {
  expect(await time({ delayMs: [20, 20] })).toBe(40);
  expect(await time({})).toBe(0);
});

test("throttled bytes take as long as there are many of them", async () => {
  const ms = await time({ bytesPerSecond: 1_000_000, readBytes: [1000, 1000] }, long);
  expect(ms).toBeGreaterThan(200);
  expect(ms).toBeLessThan(220);
});

for (const reading of ["window", "chunks"] as const) {
  test(`bytes that come in pieces of any size arrive as they were sent, read as ${reading}`, async () => {
    const { net, echo } = await start({ reading, faults: { readBytes: [1, 100], delayMs: [0, 5], bufferBytes: 1000 } });
    const { data } = await net.until(echo.unary({ data: long }));
    expect(Buffer.compare(data, long)).toBe(0);
  });
}

test("faults to the client alone leave the way to the server as it is", async () => {
  const { net, echo } = await start({ faultsToClient: { delayMs: [30, 30] } });
  const before = net.clock.now();
  await net.until(echo.unary({}));
  expect(net.clock.now() - before).toBe(30);
});

test("a stalled wire carries nothing until it goes on, and only the way that was stalled", async () => {
  const { net, echo, wire } = await start();
  wire.stall(500, "toClient");
  const before = net.clock.now();
  await net.until(echo.unary({}));
  expect(net.clock.now() - before).toBe(500);
});

test("a cut wire ends the link at both ends and fails what is under way", async () => {
  const { net, server, link, echo, wire } = await start({ faults: { delayMs: [10, 10] }, reconnect: false });
  const call = echo.unary({ data: long });
  call.catch(() => {});
  wire.cut();
  await expect(net.until(call)).rejects.toMatchObject({ code: "unavailable" });
  expect((await net.until(link.closed)).message).toContain("reset");
  await net.advance(1);
  expect([server.links.size, net.runtime.slabs.leased, net.clock.timers]).toEqual([0, 0, 0]);
});

test("changed bits are noticed by one end or the other, and nothing is left of the link", async () => {
  const net = new Network({ seed: 3 });
  const server = net.listen();
  server.serve(Echo, handlers);
  const { link } = net.dial(server, { faults: { corruption: 1 } });
  await expect(net.until(link)).rejects.toThrow("[");
  await net.advance(10_000);
  expect([server.links.size, net.runtime.slabs.leased, net.clock.timers]).toEqual([0, 0, 0]);
});

test("links do not wait for each other", async () => {
  const { net, server, wire } = await start();
  wire.stall(5000);
  const other = await net.connect(server);
  await net.until(other.client(Echo).unary({}));
  expect(net.clock.now()).toBe(0);
});

test("waiting for what cannot happen is told to give up", async () => {
  const net = new Network();
  await expect(net.until(new Promise(() => {}))).rejects.toMatchObject({ code: "deadline_exceeded" });
  const { net: busy } = await start();
  await expect(busy.until(new Promise(() => {}), 100_000)).rejects.toThrow("within 100000 ms");
  expect(busy.clock.now()).toBe(100_000);
});

test("where nothing is due, there is no step to take, however long it may take, and time stands still", async () => {
  const net = new Network();
  expect(await net.step()).toBe(false);
  await expect(net.until(new Promise(() => {}), Infinity)).rejects.toMatchObject({ code: "deadline_exceeded" });
  await net.advance(Infinity);
  net.clock.after(Infinity, () => expect.fail("never is over"));
  expect(await net.step()).toBe(false);
  expect(net.clock.now()).toBe(0);
});

test("what rejects while time passes rejects for who waits", async () => {
  const net = new Network();
  const work = new Promise((_, reject) => net.clock.after(50, () => reject(new Error("no"))));
  await expect(net.until(work)).rejects.toThrow("no");
});

test("what a handler throws is in the reports, and callers are told nothing of it", async () => {
  const net = new Network();
  const server = net.listen();
  server.serve(Echo, {
    ...handlers,
    unary() {
      throw new TypeError("a secret");
    },
  });
  const link = await net.connect(server);
  await expect(net.until(link.client(Echo).unary({}))).rejects.toMatchObject({ code: "internal" });
  expect(net.reports).toEqual([expect.stringContaining("a secret")]);
});

test("a handler that keeps what it was lent finds it empty in debug mode, and overwritten without", async () => {
  for (const isDebugging of [true, false]) {
    const net = new Network({ isDebugging });
    const kept: Uint8Array[] = [];
    const server = net.listen();
    server.serve(Echo, { ...handlers, unary: ({ data }) => ({ id: kept.push(data) }) });
    const echo = (await net.connect(server)).client(Echo);
    for (let i = 0; i < 20; i++) await net.until(echo.unary({ data: long }));
    expect(kept.some((bytes) => bytes.length === 0 || bytes[0] === 0xdb)).toBe(true);
  }
});

const nonsense: Partial<Faults>[] = [
  { delayMs: [5, 1] },
  { delayMs: [-1, 1] },
  { readBytes: [0, 5] },
  { readBytes: [1, Infinity] },
  { bytesPerSecond: 0 },
  { bufferBytes: 0 },
  { corruption: 2 },
  { corruption: Number.NaN },
];

for (const faults of nonsense) {
  test(`${JSON.stringify(faults)} is refused`, () => {
    const net = new Network();
    expect(() => net.dial(net.listen(), { faults })).toThrow("invalid_argument");
  });
}

test("a link that is made while another one reads leaves what that one has yet to read as it is", async () => {
  const net = new Network();
  const [here, there] = ["memory://here", "memory://there"].map((address) => net.listen({ address }));
  const link = await net.connect(here);
  const heard: number[] = [];
  link.on(Payload, ({ id }) => {
    heard.push(id);
    void net.dial("memory://there").link;
  });
  for (const each of here.links) for (const id of [1, 2, 3]) each.send(Payload, { id });
  await net.advance(100);
  expect([heard, link.state, there.links.size]).toEqual([[1, 2, 3], "open", 3]);
});

test("where nothing is due any more, a step says so, and time stands", async () => {
  const net = new Network();
  net.clock.after(5, () => {});
  const steps = [await net.step(), await net.step(), await net.step()];
  expect([steps, net.clock.now()]).toEqual([[true, false, false], 5]);
  await expect(net.until(new Promise(() => {}), Infinity)).rejects.toMatchObject({ code: "deadline_exceeded" });
  expect(net.clock.now()).toBe(5);
});

for (const size of [10, 1000, 100_000]) {
  test(`a handler that uses ${size} bytes after it has settled finds none of them on a network that is debugging`, async () => {
    const net = new Network({ isDebugging: true });
    const server = net.listen();
    const kept: Uint8Array[] = [];
    server.serve(Echo, {
      ...handlers,
      unary({ data }) {
        kept.push(data);
        return { id: data.length };
      },
    });
    const link = await net.connect(server);
    expect((await net.until(link.client(Echo).unary({ data: new Uint8Array(size) }))).id).toBe(size);
    expect(kept.map(({ length }) => length)).toEqual([0]);
  });
}
