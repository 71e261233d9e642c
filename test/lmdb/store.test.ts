import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Market } from "../../schemas/gen/market.js";
import type { Retention, TopicLog, TopicStore } from "../../src/index.js";
import type * as Lmdb from "lmdb" with { "resolution-mode": "require" };
import { LmdbStore, type LmdbStoreOptions } from "../../src/lmdb/index.js";
import { connect, listen } from "../../src/node/index.js";

const lmdb = createRequire(import.meta.url)("lmdb") as typeof Lmdb;
const ALL: Retention = { events: Infinity, bytes: Infinity, ageMs: Infinity };

let folder: string;
let store: LmdbStore | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-lmdb-"));
});

afterEach(async () => {
  await store?.close();
  store = undefined;
  rmSync(folder, { recursive: true });
});

async function reopened(options?: LmdbStoreOptions): Promise<LmdbStore> {
  await store?.close();
  return (store = await LmdbStore.open(folder, options));
}

test("goes on with epoch, offsets and publishers where it was closed", async () => {
  const log = await logOf(await reopened());
  await log.append([bytes("a"), bytes("b")], { publisher: "ann", sequence: 1 });
  const again = await logOf(await reopened());
  expect([again.epoch, again.first, again.next]).toEqual([log.epoch, 0, 2]);
  expect(await again.append([bytes("a"), bytes("b")], { publisher: "ann", sequence: 1 })).toBe(0);
  expect(await again.append([bytes("c")], { publisher: "ann", sequence: 2 })).toBe(2);
  expect(await texts(again)).toEqual(["a", "b", "c"]);
});

test("keeps another history after a restart when it is told to", async () => {
  const log = await logOf(await reopened());
  for (const text of ["a", "b", "c", "d"]) await log.append([bytes(text)]);
  const shorter = await logOf(await reopened(), { events: 2 });
  expect([shorter.first, await texts(shorter)]).toEqual([2, ["c", "d"]]);
  await shorter.append([bytes("e")]);
  const longer = await logOf(await reopened());
  expect(longer.first).toBeGreaterThan(1);
  expect((await texts(longer)).slice(-2)).toEqual(["d", "e"]);
});

test("knows where a log ended of which no event is kept", async () => {
  const log = await logOf(await reopened(), { events: 0 });
  await log.append([bytes("a"), bytes("b")]);
  await log.append([bytes("c")]);
  const again = await logOf(await reopened());
  expect(again.next).toBe(3);
  expect(await again.append([bytes("d")])).toBe(3);
});

test("takes no more of the disk for a log than its history and what is appended together", async () => {
  const log = await logOf(await reopened(), { events: 100 });
  const size = (): number => statSync(join(folder, "data.mdb")).size;
  const publish = () => log.append(Array.from({ length: 100 }, () => new Uint8Array(1000)));
  for (let i = 0; i < 5; i++) await publish();
  const before = size();
  for (let i = 0; i < 50; i++) await publish();
  expect(size()).toBeLessThan(before + 500_000);
});

test("has 100,000 logs in one file, each with its own events", { timeout: 60_000 }, async () => {
  const logs = (): Promise<TopicLog[]> =>
    Promise.all(Array.from({ length: 100_000 }, async (_, i) => store!.open("test.Test/Topic", bytes(String(i)), ALL)));
  await reopened();
  await Promise.all((await logs()).map(async (log, i) => log.append([bytes(`event of ${i}`)])));
  await reopened();
  const again = await logs();
  for (const i of [0, 1, 10, 99, 5_000, 99_999]) expect(await texts(again[i])).toEqual([`event of ${i}`]);
});

test("leaves nothing on the disk of logs that were silent for a day, but of those that are open or have no age", async () => {
  let nowMs = 1_700_000_000_000;
  const options = { nowMs: () => nowMs };
  const young = { ...ALL, ageMs: 1000 };
  await reopened(options);
  const publish = async (key: string, retention: Retention, topic = "test.Test/Topic") => {
    const log = store!.open(topic, bytes(key), retention);
    await log.append([bytes("a")], { publisher: "ann", sequence: nowMs });
    await log.append([bytes("b")], { publisher: "bob", sequence: nowMs });
    return log;
  };
  for (let i = 0; i < 50; i++) (await publish(`spent ${i}`, young)).close();
  (await publish("ageless", ALL, "test.Test/Ageless")).close();
  const open = await publish("open", young);
  nowMs += 86_402_000;
  for (let i = 0; i < 5; i++) (await publish(`spent ${i}`, young)).close();
  const busy = await publish("busy", young);
  for (let i = 0; i < 20; i++) await busy.append([bytes("c")]);
  expect(await open.append([bytes("d")])).toBe(2);
  await store!.close();
  const left = ["ageless", "busy", "open", ...Array.from({ length: 5 }, (_, i) => `spent ${i}`)];
  expect(logsOnDisk("millrace.chunks")).toEqual(left);
  expect(logsOnDisk("millrace.publishers")).toEqual(left);

  await reopened(options);
  const again = store!.open("test.Test/Topic", bytes("spent 9"), young);
  expect(await again.append([bytes("e")])).toBeGreaterThan(1);
});

test("opens again when events grew too old for the history while a commit was under way", async () => {
  let nowMs = 1_700_000_000_000;
  const options = { nowMs: () => nowMs };
  const log = await logOf(await reopened(options), { ageMs: 1000 });
  for (let i = 0; i < 10; i++, nowMs += 100) await log.append([bytes(String(i))]);
  let isDone = false;
  const appending = Promise.resolve(log.append([bytes("late")])).then(() => (isDone = true));
  for (; !isDone; await turn()) {
    nowMs += 100;
    expect(log.first).toBeGreaterThan(0);
  }
  await appending;
  nowMs += 2000;
  for (const text of ["a", "b"]) await log.append([bytes(text)]);
  const again = await logOf(await reopened(options), { ageMs: 1000 });
  expect(await texts(again)).toEqual(["a", "b"]);
});

test("takes events that are too old from the disk along with what is written to other keys", async () => {
  let nowMs = 1_700_000_000_000;
  await reopened({ nowMs: () => nowMs });
  const young = { ...ALL, ageMs: 1000 };
  const [quiet, busy] = ["quiet", "busy"].map((key) => store!.open("test.Test/Topic", bytes(key), young));
  for (let i = 0; i < 20; i++) await quiet.append([bytes(`old ${i}`)], { publisher: "ann", sequence: i });
  nowMs += 2000;
  for (let i = 0; i < 5; i++) await busy.append([bytes("new")]);
  expect(quiet.next).toBe(20);
  await store!.close();
  expect(chunksOnDisk("quiet")).toBe(1);
  const again = (await reopened({ nowMs: () => nowMs })).open("test.Test/Topic", bytes("quiet"), young);
  expect([again.first, again.next]).toEqual([20, 20]);
  expect(await again.append([bytes("a")], { publisher: "ann", sequence: 19 })).toBe(19);
});

test("gives a key that is opened again an end above all before, also in the commit that forgets it", async () => {
  let nowMs = 1_700_000_000_000;
  await reopened({ nowMs: () => nowMs });
  const young = { ...ALL, ageMs: 1000 };
  const open = (key: string) => store!.open("test.Test/Topic", bytes(key), young);
  const spent = open("spent");
  const before = await spent.append([bytes("a"), bytes("b")]);
  spent.close();
  nowMs += 86_402_000;
  const other = open("other");
  const forgetting = other.append([bytes("c")]);
  await turn();
  const again = open("spent");
  const appending = again.append([bytes("d")]);
  await forgetting;
  const offset = await appending;
  expect(offset).toBeGreaterThan(before + 1);
  expect(await texts(again)).toEqual(["d"]);
  const later = (await reopened({ nowMs: () => nowMs })).open("test.Test/Topic", bytes("spent"), young);
  expect([later.next, await texts(later)]).toEqual([offset + 1, ["d"]]);
});

test("never writes over what another server of the process has appended to the same key", async () => {
  const first = await logOf(await reopened());
  const appending = first.append([bytes("a")]);
  first.close();
  await expect(logOf(store!)).rejects.toThrow(/^\[unavailable\] a key in .* is being written/);
  expect(await appending).toBe(0);
  const second = await logOf(store!);
  expect(await second.append([bytes("b")])).toBe(1);
  const third = await logOf(store!);
  await expect(second.append([bytes("c")])).rejects.toThrow(/^\[failed_precondition\] a key in .* opened again/);
  expect(await third.append([bytes("d")])).toBe(2);
  expect(await texts(await logOf(await reopened()))).toEqual(["a", "b", "d"]);
});

test("keeps a key for who opened it last, also when who had it before closes it, and forgets one that was closed while it was written", async () => {
  let nowMs = 1_700_000_000_000;
  await reopened({ nowMs: () => nowMs });
  const open = (key: string) => store!.open("test.Test/Topic", bytes(key), { ...ALL, ageMs: 1000 });
  const first = open("moved");
  await first.append([bytes("a")]);
  const second = open("moved");
  first.close();
  const left = open("left");
  const appending = left.append([bytes("b")]);
  left.close();
  await appending;
  nowMs += 86_402_000;
  const other = open("other");
  for (let i = 0; i < 10; i++) await other.append([bytes("c")]);
  expect([await second.append([bytes("d")]), await texts(second)]).toEqual([1, ["d"]]);
  second.close();
  await store!.close();
  expect(logsOnDisk("millrace.chunks")).toEqual(["moved", "other"]);
});

test("says of a store that is closed that it is unavailable, also to who reads, or asks what is kept", async () => {
  let nowMs = 0;
  const log = await logOf(await reopened({ nowMs: () => nowMs }), { ageMs: 100 });
  for (; nowMs < 80; nowMs += 40) await log.append([bytes("a")]);
  await store!.close();
  nowMs = 120;
  expect(() => log.first).toThrow(/^\[unavailable\] the store in .* is closed$/);
  await expect(texts(log)).rejects.toThrow(/^\[unavailable\] the store in .* is closed$/);
  await expect(logOf(store!)).rejects.toThrow(/^\[unavailable\] the store in .* is closed$/);
});

test("lets a bounded number of short events wait, and says to publishers that they may try again", async () => {
  const log = await logOf(await reopened({ maxWaitingBytes: 1000 }));
  const appends = Array.from({ length: 100 }, async () => log.append([new Uint8Array(0)]));
  const results = await Promise.allSettled(appends);
  expect(results.filter(({ status }) => status === "fulfilled").length).toBe(16);
  const again = Array.from({ length: 17 }, async (_, sequence) =>
    log.append([bytes("a")], { publisher: "ann", sequence }),
  );
  await expect(Promise.all(again)).rejects.toMatchObject({ code: "unavailable" });
});

test("refuses more than may wait to be written, and closes when the rest is on the disk", async () => {
  const log = await logOf(await reopened({ maxWaitingBytes: 1000 }));
  const appends = [800, 800].map(async (length) => log.append([new Uint8Array(length)]));
  await expect(log.append([bytes("a")])).rejects.toMatchObject({ code: "resource_exhausted" });
  await store!.close();
  expect(await Promise.all(appends)).toEqual([0, 1]);
  await expect(log.append([bytes("b")])).rejects.toThrow(/^\[unavailable\] the store in .* is closed$/);
});

test("refuses options that are out of range and keys that do not fit", async () => {
  await expect(LmdbStore.open(folder, { maxWaitingBytes: -1 })).rejects.toThrow(
    "[invalid_argument] maxWaitingBytes must",
  );
  await reopened();
  expect(() => store!.open(`a.${"A".repeat(1000)}/B`, new Uint8Array(1000), ALL)).toThrow(
    "[invalid_argument] the name of",
  );
});

test("takes an option that is undefined for one that was left out", async () => {
  const opening = reopened({ maxWaitingBytes: undefined, nowMs: undefined });
  expect(await (await logOf(await opening)).append([bytes("a")])).toBe(0);
});

test("lets a subscriber go on behind a restart of its server", async () => {
  const serve = async () => {
    const server = await listen({ tcp: "127.0.0.1:0" });
    return { server, topic: server.topic(Market.quotes, { store: await reopened() }) };
  };
  const first = await serve();
  for (let price = 1; price <= 3; price++) await first.topic.publish({ symbol: "A" }, { price });
  const link = await connect(first.server.urls[0]);
  const quotes = link.client(Market).quotes({ symbol: "A" }, { from: "start" });
  expect((await quotes.next()).value).toMatchObject({ price: 1 });
  const { position } = quotes;
  await link.close();
  await first.server.close();

  const second = await serve();
  await second.topic.publish({ symbol: "A" }, { price: 4 });
  const later = await connect(second.server.urls[0]);
  const seen: number[] = [];
  for await (const { price } of later.client(Market).quotes({ symbol: "A" }, { from: position })) {
    if (seen.push(price) === 3) break;
  }
  expect(seen).toEqual([2, 3, 4]);
  await later.close();
  await second.server.close();
});

/** The keys of logs that a table has something of. */
function logsOnDisk(table: string): string[] {
  const root = lmdb.open({ path: folder, noSubdir: false, readOnly: true, maxDbs: 8 });
  const keys = root.openDB({ name: table, encoding: "binary", keyEncoding: "binary" }).getKeys();
  const found = new Set([...keys].map((key) => topicAndKey(key as Buffer).split("\0")[1]));
  void root.close();
  return [...found].sort();
}

/** How many records a log has on the disk. */
function chunksOnDisk(key: string): number {
  const root = lmdb.open({ path: folder, noSubdir: false, readOnly: true, maxDbs: 8 });
  const keys = root.openDB({ name: "millrace.chunks", encoding: "binary", keyEncoding: "binary" }).getKeys();
  const count = [...keys].filter((found) => topicAndKey(found as Buffer).split("\0")[1] === key).length;
  void root.close();
  return count;
}

function topicAndKey(key: Buffer): string {
  return key.toString("latin1", 2, key.readUInt16BE(0));
}

async function logOf(from: TopicStore, retention: Partial<Retention> = {}): Promise<TopicLog> {
  return from.open("test.Test/Topic", bytes("key"), { ...ALL, ...retention });
}

async function texts(log: TopicLog): Promise<string[]> {
  const seen: string[] = [];
  await log.read(0, (_offset, event) => seen.push(new TextDecoder().decode(event)) > 0);
  return seen;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
