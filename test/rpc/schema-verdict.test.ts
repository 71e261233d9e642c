import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { generate } from "../../codegen/generate.js";
import { writeOutputs } from "../../codegen/output.js";
import {
  type Answer,
  type CallOptions,
  type Items,
  type Link,
  type MillraceError,
  Outbox,
  type Service,
  type Stream,
} from "../../src/index.js";
import { UNKNOWN } from "../../src/codec/index.js";
import type { Limits } from "../../src/link/limits.js";
import { connect, listen } from "../../src/node/index.js";
import type { Server } from "../../src/server/server.js";
import { Echo } from "../../schemas/gen/echo.js";
import { folder } from "../codegen/folder.js";
import { fails, until } from "../contract/check.js";

interface Book {
  readonly title: string;
  readonly year?: number | string;
  readonly pages?: number;
}

interface ShelfClient {
  find(request: Partial<Book>, options?: CallOptions): Promise<Book>;
  list(request: Partial<Book>, options?: CallOptions): Stream<Book>;
  add(requests: Items<Book>, options?: CallOptions): Promise<Book>;
  sort(requests: Items<Book>, options?: CallOptions): Stream<Book>;
}

interface ShelfHandlers {
  find(request: Book): Answer<Book>;
  list(request: Book): Items<Book>;
  add(requests: Stream<Book>): Answer<Book>;
  sort(requests: Stream<Book>): Items<Book>;
}

type Shelf = Service<ShelfClient, ShelfHandlers>;

/** The service as it is generated when a book has these fields. */
async function shelf(fields: string): Promise<Shelf> {
  const proto = `syntax = "proto3"; package lib; message Book { ${fields} }
    service Shelf {
      rpc Find(Book) returns (Book); rpc List(Book) returns (stream Book);
      rpc Add(stream Book) returns (Book); rpc Sort(stream Book) returns (stream Book);
    }`;
  const root = folder({ "shelf.proto": proto, "package.json": '{ "type": "module" }' });
  writeOutputs(generate([join(root, "shelf.proto")], []), root);
  const module = (await import(join(root, "shelf.ts"))) as { Shelf: Shelf };
  return module.Shelf;
}

const BOOK = "string title = 1; int32 year = 2;";
const LONGER = "string title = 1; int32 year = 2; uint32 pages = 3;";
const WRONG = "string title = 1; string year = 2;";

const handlers: ShelfHandlers = {
  find: (book) => book,
  list: (book) => [book, book],
  async add(books) {
    let last: Partial<Book> = {};
    for await (const book of books) last = book;
    return last;
  },
  sort: (books) => books,
};

async function pair(
  serve: (server: Server) => void,
  limits: Partial<Limits> = {},
): Promise<{ server: Server; link: Link }> {
  const server = await listen({ tcp: "127.0.0.1:0", limits });
  serve(server);
  const link = await connect(server.urls[0], { limits });
  onTestFinished(async () => {
    await link.close();
    await server.close();
  });
  return { server, link };
}

async function allOf<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe("a client whose schema is the server's", () => {
  test("sends its calls at once, and asks for nothing", async () => {
    const service = await shelf(BOOK);
    const { link } = await pair((server) => server.serve(service, handlers));
    const before = link.stats.framesOut;
    expect(await link.verdict(service)).toEqual({ verdict: "equal", differences: [] });
    const call = link.client(service).find({ title: "a", year: 1 });
    expect(link.stats.framesOut - before).toBe(1);
    expect(await call).toEqual({ title: "a", year: 1 });
    expect(link.stats.framesOut - before).toBe(1);
  });
});

describe("a client whose schema is older than the server's", () => {
  test("calls all the same, and can tell how they differ", async () => {
    const [older, newer] = [await shelf(BOOK), await shelf(LONGER)];
    const { link } = await pair((server) =>
      server.serve(newer, { ...handlers, find: (book) => ({ ...book, pages: 9 }) }),
    );
    const client = link.client(older);
    expect(await client.find({ title: "a", year: 1 })).toEqual({
      title: "a",
      year: 1,
      [UNKNOWN]: Uint8Array.of(24, 9),
    });
    expect(await allOf(client.list({ title: "b" }))).toEqual(
      Array.from({ length: 2 }, () => ({ title: "b", year: 0 })),
    );
    expect(await client.add([{ title: "c" }])).toEqual({ title: "c", year: 0 });
    expect(await allOf(client.sort([{ title: "d" }]))).toEqual([{ title: "d", year: 0 }]);
    expect(await link.verdict(older)).toEqual({
      verdict: "compatible",
      differences: ["lib.Book: field 3 is new on the peer's side"],
    });
  });

  test("waits with each kind of call for the verdict, and asks once a link", async () => {
    const [older, newer] = [await shelf(BOOK), await shelf(LONGER)];
    const { link } = await pair((server) => server.serve(newer, handlers));
    const before = link.stats.framesOut;
    const [one, other] = [link.client(older), link.client(older)];
    const batches: Book[][] = await Promise.all([
      one.find({ title: "a" }).then((book) => [book]),
      allOf(other.list({ title: "b" })),
      allOf(other.list({ title: "c" }).batches()).then((all) => all.flat()),
      one.add([{ title: "d" }]).then((book) => [book]),
      allOf(one.sort([{ title: "e" }])),
    ]);
    expect(batches.map((books) => books.map(({ title }) => title).join(""))).toEqual(["a", "bb", "cc", "d", "e"]);
    await link.verdict(older);
    // One question, five calls, and for each of the two streams of requests an item and the end.
    expect(link.stats.framesOut - before).toBe(1 + 5 + 4);
  });

  test("may leave a stream before it has begun", async () => {
    const [older, newer] = [await shelf(BOOK), await shelf(LONGER)];
    const { link } = await pair((server) => server.serve(newer, handlers));
    const stream = link.client(older).list({ title: "a" });
    expect(await stream.return?.()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe("a client whose schema does not go with the server's", () => {
  test("fails each kind of call with what differs, and leaves the link alone", async () => {
    const [ours, theirs] = [await shelf(BOOK), await shelf(WRONG)];
    let handled = 0;
    const { link } = await pair((server) => {
      server.serve(theirs, { ...handlers, find: (book) => (handled++, book) });
      server.serve(Echo, { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] });
    });
    const client = link.client(ours);
    const books = new Outbox<Book>();
    const written = books.write({ title: "never" });
    for (const call of [
      () => client.find({ title: "a" }),
      () => allOf(client.list({})),
      () => allOf(client.list({}).batches()),
      () => client.add(books),
      () => allOf(client.sort([])),
      () => client.find({ title: "again" }),
    ]) {
      const { message } = await fails(call(), "failed_precondition");
      expect(message).toContain("the peer's schema of lib.Shelf does not go with this side's");
      expect(message).toContain("lib.Book: field 2 is int32 here and string on the peer's side");
    }
    await expect(written).rejects.toThrow("cancelled");
    expect(await link.verdict(ours)).toMatchObject({ verdict: "refused" });
    expect(await link.client(Echo).unary({ id: 3 })).toMatchObject({ id: 3 });
    expect([link.state, handled]).toEqual(["open", 0]);
  });

  test("names three differences and counts the rest", async () => {
    const fields = (type: string): string => [1, 2, 3, 4, 5].map((n) => `${type} f${n} = ${n};`).join(" ");
    const [ours, theirs] = [await shelf(fields("string")), await shelf(fields("double"))];
    const { link } = await pair((server) => server.serve(theirs, handlers));
    const { message } = await fails(link.client(ours).find({}), "failed_precondition");
    expect(message.match(/string here and double/g)?.length).toBe(3);
    expect(message).toContain("; and 2 more.");
  });

  test("shows that to its interceptors", async () => {
    const [ours, theirs] = [await shelf(BOOK), await shelf(WRONG)];
    const { server } = await pair((serving) => serving.serve(theirs, handlers));
    const seen: string[] = [];
    const link = await connect(server.urls[0], {
      interceptors: [
        async function* note(step, next) {
          try {
            yield* next(step);
          } catch (error) {
            seen.push(`${step.method.path} ${(error as MillraceError).code}`);
            throw error;
          }
        },
      ],
    });
    await fails(link.client(ours).find({}), "failed_precondition");
    expect(seen).toEqual(["lib.Shelf/Find failed_precondition"]);
    await link.close();
  });

  test("is the server's side of a link, too", async () => {
    const [ours, theirs] = [await shelf(BOOK), await shelf(WRONG)];
    const { server, link } = await pair(() => {});
    link.serve(theirs, handlers);
    await until(() => server.links.size === 1);
    const [back] = server.links;
    // The client's HELLO was sent before it served anything: its calls go unchecked, but it can be asked.
    await until(() => back.state === "open");
    expect(await back.verdict(ours)).toMatchObject({ verdict: "refused" });
  });
});

describe("a service that the peer did not list", () => {
  test("is called without a verdict when it was served later, and compared when asked", async () => {
    const [older, newer] = [await shelf(BOOK), await shelf(LONGER)];
    const { server, link } = await pair(() => {});
    const client = link.client(older);
    await fails(client.find({}), "unimplemented");
    await fails(link.verdict(older), "not_found");
    server.serve(newer, handlers);
    expect(await client.find({ title: "a" })).toEqual({ title: "a", year: 0 });
    expect(await link.verdict(older)).toMatchObject({ verdict: "compatible" });
    expect(await link.verdict(newer)).toEqual({ verdict: "equal", differences: [] });
  });
});
