import { afterEach, describe, expect, test } from "vitest";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Link } from "millrace";
import { Books, type BooksClient, Series } from "../../schemas/gen/book.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";

/** Numbers of which a handler looks at the last one, where they lie. */
const numbers = (length: number): Float64Array => Float64Array.from({ length }, (_, i) => i);

let server: Server;
let link: Link;
let books: BooksClient;
/** Where in their memory the numbers lay that the handler was given. */
let places: number[];

async function open(transport: "tcp" | "unix" | "ws"): Promise<void> {
  const unix = join(tmpdir(), `millrace-copies-${process.pid}`);
  server = await listen({ [transport]: transport === "unix" ? unix : "127.0.0.1:0", runtime: createRuntime() });
  places = [];
  server.serve(Books, {
    last: ({ symbol }) => ({ symbol }),
    async *watch() {},
    import: () => ({}),
    async *trade() {},
    measure({ values }) {
      places.push(values?.byteOffset ?? -1);
      return { max: values?.at(-1) ?? 0 };
    },
  });
  link = await connect(server.urls[0], { runtime: createRuntime() });
  books = link.client(Books);
}

afterEach(async () => {
  await link.close();
  await server.close();
});

/** What the server copies and receives while `calls` calls go over the link, `window` of them at a time. */
async function measured(length: number, calls: number, window = 1): Promise<{ copied: number; received: number }> {
  const values = numbers(length);
  const [{ stats: before }] = server.links;
  for (let i = 0; i < calls; i += window) {
    const answers = await Promise.all(Array.from({ length: window }, () => books.measure({ values })));
    expect(answers.map(({ max }) => max)).toEqual(answers.map(() => length - 1));
  }
  const [{ stats: after }] = server.links;
  return { copied: after.bytesCopied - before.bytesCopied, received: after.bytesIn - before.bytesIn };
}

describe.each(["tcp", "unix"] as const)("over %s", (transport) => {
  test("10,000 numbers are read where they came in: not a byte of them is copied", async () => {
    await open(transport);
    await measured(10_000, 5);
    const { copied, received } = await measured(10_000, 50);
    expect([copied, received > 50 * 80_000]).toEqual([0, true]);
    expect(places.filter((place) => place % 8 !== 0)).toEqual([]);
  });

  test("with many calls under way, what is copied is what was begun at the end of a slab: a fiftieth at most", async () => {
    await open(transport);
    await measured(10_000, 16, 16);
    const { copied, received } = await measured(10_000, 160, 16);
    expect(copied / received).toBeLessThan(0.02);
    expect(places.filter((place) => place % 8 !== 0)).toEqual([]);
  });

  test("a small message on an idle link is copied once, to where its numbers are aligned", async () => {
    await open(transport);
    const bytes = Series.toBytes({ values: numbers(5) }).length;
    const { copied } = await measured(5, 10);
    expect(copied).toBe(10 * bytes);
    expect(places.filter((place) => place % 8 !== 0)).toEqual([]);
  });
});

describe("over ws", () => {
  test("short messages are copied once, which is counted, and long ones are not", async () => {
    await open("ws");
    for (const length of [5, 100, 1000]) {
      const bytes = Series.toBytes({ values: numbers(length) }).length;
      expect((await measured(length, 20, 4)).copied).toBe(20 * bytes);
    }
    const { copied, received } = await measured(10_000, 20, 4);
    expect(copied / received).toBeLessThan(0.1);
    expect(places.filter((place) => place % 8 !== 0)).toEqual([]);
  });
});
