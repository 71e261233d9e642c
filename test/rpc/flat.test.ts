import type { Link } from "millrace";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Books, type BooksHandlers, Quote, Series } from "../../schemas/gen/book.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { debugging } from "../../src/rpc/debugging.js";

const quote = Quote.create({ symbol: "ACME", bid: 1.5, time: 7n, levels: [{ price: 1, size: 2, orders: 3 }] });

const handlers: BooksHandlers = {
  last: ({ symbol }) => ({ ...quote, symbol }),
  async *watch({ symbol }) {
    for (let sequence = 0; sequence < 3; sequence++) yield { ...quote, symbol, sequence };
  },
  async import(quotes) {
    let count = 0;
    for await (const { levels } of quotes) count += levels?.length ?? 0;
    return { quotes: count };
  },
  trade: (quotes) => quotes,
  measure: ({ values }) => ({ max: Math.max(...(values?.subarray(0, 100) ?? [])) }),
};

describe.each(["tcp", "ws"] as const)("over %s, a service of a .fbs schema", (transport) => {
  let runtime: Runtime;
  let server: Server;
  let link: Link;

  beforeEach(async () => {
    runtime = createRuntime({ report: () => {} });
    server = await listen({ [transport]: "127.0.0.1:0", runtime });
    server.serve(Books, handlers);
    link = await connect(server.urls[0], { runtime: createRuntime() });
  });

  afterEach(async () => {
    await link.close();
    await server.close();
    await expect.poll(() => runtime.slabs.leased).toBe(0);
  });

  test("answers calls of every kind", async () => {
    const books = link.client(Books);
    const last = await books.last({ symbol: "X" });
    expect(Quote.toObject(last)).toEqual({ ...quote, symbol: "X" });
    const seen: number[] = [];
    for await (const { sequence } of books.watch({ symbol: "X" })) seen.push(sequence);
    expect(seen).toEqual([0, 1, 2]);
    expect((await books.import([quote, quote])).quotes).toBe(2);
    const traded: string[] = [];
    // What comes back are the bytes that were sent, also when a reader is what is sent on.
    for await (const { symbol } of books.trade([quote, last])) traded.push(symbol);
    expect(traded).toEqual(["ACME", "X"]);
  });

  test("says at the caller which field cannot be sent", async () => {
    await expect(link.client(Books).last({})).rejects.toThrow("book.Ticker: Ticker.symbol: undefined is not");
  });
});

test("long lists of numbers reach handlers over TCP without a copy", async () => {
  const server = await listen({ tcp: "127.0.0.1:0" });
  server.serve(Books, handlers);
  const link = await connect(server.urls[0], { runtime: createRuntime() });
  const books = link.client(Books);
  const copiedFor = async (length: number, calls: number): Promise<number> => {
    const values = new Float64Array(length).map((_, i) => i % 1000);
    for (let i = 0; i < 3; i++) await books.measure({ values });
    const [{ stats: before }] = server.links;
    for (let i = 0; i < calls; i++) expect((await books.measure({ values })).max).toBe(99);
    const [{ stats: after }] = server.links;
    return (after.bytesCopied - before.bytesCopied) / (after.bytesIn - before.bytesIn);
  };
  expect(await copiedFor(10_000, 20)).toBeLessThan(0.1);
  expect(await copiedFor(10_000, 20)).toBeLessThan(0.1);
  // What is longer than a frame is read to its place by the link, but for what comes before the link knows of it.
  expect(await copiedFor(1_000_000, 5)).toBeLessThan(0.06);
  await link.close();
  await server.close();
});

test("what a handler was given is a view of what came in: to keep it, it is made an object", async () => {
  const kept: Series[] = [];
  const runtime = createRuntime({ debug: debugging, report: () => {} });
  const server = await listen({ tcp: "127.0.0.1:0", runtime });
  server.serve(Books, {
    ...handlers,
    measure(series) {
      kept.push(series, Series.toObject(series));
      return { max: 0 };
    },
  });
  const link = await connect(server.urls[0], { runtime: createRuntime() });
  const values = Float64Array.from({ length: 1000 }, (_, i) => i);
  await link.client(Books).measure({ name: "kept", values });
  const [view, object] = kept;
  expect(() => view.values).toThrow(TypeError);
  expect(object).toEqual({ name: "kept", values });
  await link.close();
  await server.close();
});
