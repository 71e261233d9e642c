import { type Link, type Method, type MethodInfo, type Service, unverified, type Answer } from "millrace";
import type { Codec, Reader, Writer } from "millrace/codec";
import { Network } from "millrace/testing";
import { expect, test } from "vitest";
import { Books, type BooksHandlers, Extreme, Quote, Series, Ticker } from "../../schemas/gen/book.js";
import { Prices } from "../../schemas/gen/prices.js";

/** A codec whose messages go as the bytes they are. */
const raw: Codec<{ bytes: Uint8Array }> = {
  name: "test.Raw",
  id: 1,
  create: ({ bytes = new Uint8Array() } = {}) => ({ bytes }),
  encode: ({ bytes = new Uint8Array() }, writer: Writer) => writer.put(bytes),
  decode: ({ bytes, pos, end }: Reader) => ({ bytes: bytes.slice(pos, end) }),
  toBytes: ({ bytes = new Uint8Array() }) => new Uint8Array(bytes),
  fromBytes: (bytes) => ({ bytes }),
};

/** Books, of which a peer sends bytes of its own making. */
const [last, measure] = ["last", "measure"].map((name): Method<{ bytes: Uint8Array }, { bytes: Uint8Array }> => {
  const { path, id } = Books.methods.find((method) => method.name === name)!;
  return { name, path, id, kind: "unary", request: raw, response: raw };
});

interface Hostile {
  measure(bytes: Uint8Array): Promise<{ bytes: Uint8Array }>;
}

const hostile: Service<Hostile, { last(): Answer<{ bytes: Uint8Array }> }> = {
  ...Books,
  methods: [last],
  client: (caller) => ({ measure: (bytes) => caller.unary(measure, { bytes }) }),
  serve: (router, handlers) => router.unary(last, () => handlers.last()),
};

const handlers: BooksHandlers = {
  last: ({ symbol }) => ({ symbol }),
  async *watch() {},
  import: () => ({}),
  async *trade() {},
  measure: ({ name }) => ({ max: name?.length ?? 0 }),
};

/** A text without the zero behind it: malformed, and yet it can be read. */
function spoilt(bytes: Uint8Array, text: string): Uint8Array {
  const end = Buffer.from(bytes).indexOf(text) + text.length;
  return bytes.with(end, 7);
}

async function connected(serve: (server: ReturnType<Network["listen"]>) => void): Promise<[Network, Link]> {
  const net = new Network({ seed: 1 });
  const server = net.listen();
  serve(server);
  return [net, await net.connect(server)];
}

test("a server verifies all requests but those of methods that it was told not to", async () => {
  const request = spoilt(Series.toBytes({ name: "abc" }), "abc");
  const [net, link] = await connected((server) => server.serve(unverified(Books, "last"), handlers));
  await expect(net.until(link.client(hostile).measure(request))).rejects.toThrow(
    "[invalid_argument] book.Series: Series.name: the string does not end in a zero",
  );
  const [other, trusting] = await connected((server) => server.serve(unverified(Books, "measure"), handlers));
  const { bytes } = await other.until(trusting.client(hostile).measure(request));
  expect(Extreme.fromBytes(bytes).max).toBe(3);
});

test("a client verifies all answers but those of methods that it was told not to", async () => {
  const answer = spoilt(Quote.toBytes({ symbol: "ACME" }), "ACME");
  const [net, link] = await connected((server) => server.serve(hostile, { last: () => ({ bytes: answer }) }));
  await expect(net.until(link.client(unverified(Books, "measure", "watch")).last({ symbol: "A" }))).rejects.toThrow(
    "book.Quote: Quote.symbol: the string does not end in a zero",
  );
  const { symbol } = await net.until(link.client(unverified(Books, "last")).last({ symbol: "A" }));
  expect(symbol).toBe("ACME");
});

test("calls of every kind go on as before", async () => {
  const all = unverified(Books, "last", "watch", "import", "trade", "measure");
  const [net, link] = await connected((server) => {
    server.serve(all, {
      ...handlers,
      async *watch({ symbol }) {
        yield { symbol };
      },
      async import(quotes) {
        let count = 0;
        for await (const { symbol } of quotes) count += symbol.length;
        return { quotes: count };
      },
      trade: (quotes) => quotes,
    });
  });
  const books = link.client(all);
  expect((await net.until(books.last({ symbol: "A" }))).symbol).toBe("A");
  expect((await net.until(books.watch({ symbol: "B" }).next())).value?.symbol).toBe("B");
  expect((await net.until(books.import([{ symbol: "AB" }, { symbol: "C" }]))).quotes).toBe(3);
  expect((await net.until(books.trade([{ symbol: "D" }]).next())).value?.symbol).toBe("D");
});

test("what else is known of a method stays: that it may run twice, and how one subscribes to it", () => {
  const told: MethodInfo[] = [];
  const note = (method: MethodInfo): never => void told.push(method) as never;
  const caller = { unary: note, serverStream: note, clientStream: note, duplex: note, subscribe: note };
  void unverified(Books, "last").client(caller).last({});
  unverified(Prices, "quotes").client(caller).quotes({});
  expect(told.map(({ idempotent }) => idempotent)).toEqual([true, undefined]);
  expect(told[1].subscribing).toBe(Prices.quotes.subscribing);
});

test("a method that the service does not have is refused", () => {
  // @ts-expect-error nor do the types know it
  expect(() => unverified(Books, "sell")).toThrow("[invalid_argument] book.Books has no method called sell");
  expect(Ticker.unverified?.()).toBe(Ticker.unverified?.());
});
