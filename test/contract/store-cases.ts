import { expect } from "vitest";
import type { Retention, TopicLog, TopicStore } from "../../src/index.js";

/** A store under test. */
export interface StoreSite {
  readonly store: TopicStore;
  /** Lets the time pass that the store goes by. */
  readonly pass: (ms: number) => void | Promise<void>;
}

/** What every store of topics has to do, by what it does. */
export const storeCases: { readonly [sentence: string]: (site: StoreSite) => Promise<void> } = {
  "counts offsets up by one, whatever is appended together": async ({ store }) => {
    const log = await open(store);
    const start = log.next;
    expect(await log.append([bytes("a")])).toBe(start);
    expect(await log.append([bytes("b"), bytes("c")])).toBe(start + 1);
    expect(log.next).toBe(start + 3);
    expect(await texts(log, start)).toEqual([`${start} a`, `${start + 1} b`, `${start + 2} c`]);
  },

  "gives offsets in the order of the calls, also to appends that nobody waits for": async ({ store }) => {
    const log = await open(store);
    const offsets = await Promise.all(["a", "b", "c", "d"].map(async (text) => log.append([bytes(text)])));
    expect(offsets).toEqual([0, 1, 2, 3].map((i) => offsets[0] + i));
    expect(await texts(log, offsets[2])).toEqual([`${offsets[2]} c`, `${offsets[3]} d`]);
  },

  "has an epoch that no number is lost of, and that stays while the log is open": async ({ store }) => {
    const log = await open(store);
    const { epoch } = log;
    expect(Number.isSafeInteger(epoch) && epoch > 0).toBe(true);
    await log.append([bytes("a")]);
    expect(log.epoch).toBe(epoch);
  },

  "says that an empty log starts where it ends": async ({ store }) => {
    const log = await open(store);
    expect(log.first).toBe(log.next);
    expect(await texts(log, log.next)).toEqual([]);
  },

  "reads until it is told to stop, and nothing beyond the end": async ({ store }) => {
    const log = await open(store);
    const start = await log.append(["a", "b", "c"].map(bytes));
    const seen: number[] = [];
    await log.read(start, (offset) => seen.push(offset) < 2);
    expect(seen).toEqual([start, start + 1]);
    expect(await texts(log, start + 3)).toEqual([]);
    expect(await texts(log, start + 100)).toEqual([]);
  },

  "starts to read at what is left, when older events are asked for": async ({ store }) => {
    const log = await open(store, { events: 2 });
    const start = await log.append(["a", "b", "c", "d", "e"].map(bytes));
    expect(log.first).toBe(start + 3);
    expect(await texts(log, 0)).toEqual([`${start + 3} d`, `${start + 4} e`]);
  },

  "keeps as many events as it is told": async ({ store }) => {
    const log = await open(store, { events: 3 });
    for (let i = 0; i < 200; i++) await log.append([bytes(String(i))]);
    expect((await texts(log, 0)).map((text) => text.split(" ")[1])).toEqual(["197", "198", "199"]);
    expect(log.next - log.first).toBe(3);
  },

  "keeps no more bytes of events than it is told": async ({ store }) => {
    const log = await open(store, { bytes: 10 });
    for (const text of ["aaaa", "bbbb", "cccc"]) await log.append([bytes(text)]);
    expect((await texts(log, 0)).map((text) => text.split(" ")[1])).toEqual(["bbbb", "cccc"]);
    await log.append([new Uint8Array(11)]);
    expect(log.first).toBe(log.next);
  },

  "keeps events no longer than it is told": async ({ store, pass }) => {
    const log = await open(store, { ageMs: 1000 });
    await log.append([bytes("old")]);
    await pass(600);
    await log.append([bytes("new")]);
    await pass(600);
    expect((await texts(log, 0)).map((text) => text.split(" ")[1])).toEqual(["new"]);
    await pass(600);
    expect(log.first).toBe(log.next);
  },

  "keeps what is new when many older events go at once": async ({ store, pass }) => {
    const log = await open(store, { events: 2, ageMs: 1000 });
    await log.append(Array.from({ length: 32 }, (_, i) => bytes(`old ${i}`)));
    await pass(1001);
    const start = await log.append([bytes("new")]);
    expect(await texts(log, 0)).toEqual([`${start} new`]);
  },

  "keeps nothing where it may keep no event, and counts on": async ({ store }) => {
    const log = await open(store, { events: 0 });
    const start = await log.append([bytes("a")]);
    expect(await log.append([bytes("b")])).toBe(start + 1);
    expect(await texts(log, 0)).toEqual([]);
    expect(log.first).toBe(start + 2);
  },

  "keeps empty and long events to the byte": async ({ store }) => {
    const log = await open(store);
    const long = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
    await log.append([new Uint8Array(0), long]);
    const seen: Uint8Array[] = [];
    await log.read(0, (_offset, event) => seen.push(event.slice()) > 0);
    expect(seen).toEqual([new Uint8Array(0), long]);
  },

  "keeps no more bytes than it is told of events that were appended together": async ({ store }) => {
    const log = await open(store, { bytes: 10 });
    await log.append(["aaaa", "bbbb", "cccc", "dd"].map(bytes));
    expect((await texts(log, 0)).map((text) => text.split(" ")[1])).toEqual(["bbbb", "cccc", "dd"]);
    await log.append([bytes("e")]);
    expect((await texts(log, 0)).map((text) => text.split(" ")[1])).toEqual(["cccc", "dd", "e"]);
  },

  "reads from the middle of many events that were appended together": async ({ store }) => {
    const log = await open(store, { events: 3_000 });
    const many = Array.from({ length: 5_000 }, (_, i) => bytes(`${i} ${"-".repeat(i % 90)}`));
    const start = await log.append(many);
    expect(log.first).toBe(start + 2_000);
    const seen = (await texts(log, start + 3_210)).map((text) => text.split(" ").slice(0, 2).join(" "));
    expect(seen).toEqual(many.slice(3_210).map((_, i) => `${start + 3_210 + i} ${3_210 + i}`));
  },

  "appends once what is published again, also in the same turn": async ({ store }) => {
    const log = await open(store);
    const publication = { publisher: "ann", sequence: 7 };
    const start = await log.append([bytes("a"), bytes("b")], publication);
    const more = [publication, { publisher: "ann", sequence: 9 }, { publisher: "ann", sequence: 9 }];
    const offsets = await Promise.all(more.map(async (one) => log.append([bytes("c")], one)));
    expect(offsets).toEqual([start, start + 2, start + 2]);
    expect(await log.append([bytes("d")], { publisher: "bob", sequence: 7 })).toBe(start + 3);
    expect((await texts(log, start)).map((text) => text.split(" ")[1])).toEqual(["a", "b", "c", "d"]);
  },

  "refuses what a publisher numbers lower than its last": async ({ store }) => {
    const log = await open(store);
    const start = await log.append([bytes("a")], { publisher: "ann", sequence: 2 });
    const late = async () => log.append([bytes("b")], { publisher: "ann", sequence: 1 });
    await expect(late()).rejects.toMatchObject({ code: "already_exists" });
    expect(log.next).toBe(start + 1);
  },

  "forgets who was silent for a day, and of too many the one who was silent for longest": async ({ store, pass }) => {
    const log = await open(store);
    const publish = async (publisher: string) => log.append([bytes("a")], { publisher, sequence: 1 });
    const start = await publish("ann");
    await pass(86_400_001);
    expect(await publish("bob")).toBe(start + 1);
    expect(await publish("ann")).toBe(start + 2);
    await Promise.all(Array.from({ length: 9_999 }, (_, i) => publish(String(i))));
    expect(await publish("ann")).toBe(start + 2);
    expect(await publish("bob")).toBe(start + 10_002);
  },

  "keeps topics and keys apart, whatever bytes a key is of": async ({ store }) => {
    const keys = [[], [0], [0, 0], [255], [1, 2, 3]].map((key) => Uint8Array.from(key));
    const logs: TopicLog[] = [];
    for (const topic of ["a.A/A", "a.A/B"]) for (const key of keys) logs.push(await store.open(topic, key, ALL));
    for (const [i, log] of logs.entries()) await log.append([bytes(`event ${i}`)]);
    for (const [i, log] of logs.entries()) expect(await texts(log, 0)).toEqual([`${log.next - 1} event ${i}`]);
  },

  "says when a log was silent for so long that nothing of it matters, and gives none of its offsets again": async ({
    store,
    pass,
  }) => {
    const reopen = () => open(store, { ageMs: 1000 });
    const log = await reopen();
    const before = await log.append([bytes("a"), bytes("b")], { publisher: "ann", sequence: 1 });
    await pass(86_400_000);
    expect([log.isSpent, log.first === log.next]).toEqual([false, true]);
    await pass(1000);
    expect(log.isSpent).toBe(true);
    log.close();
    const other = await store.open("test.Test/Topic", bytes("other"), { ...ALL, ageMs: 1000 });
    for (let i = 0; i < 3; i++) await other.append([bytes("c")]);
    expect(other.isSpent).toBe(false);
    const again = await reopen();
    const offset = await again.append([bytes("d")]);
    expect(again.epoch !== log.epoch || offset > before + 1).toBe(true);
    expect(await texts(again, 0)).toEqual([`${offset} d`]);
    await pass(1001);
    expect([again.isSpent, again.first]).toEqual([false, again.next]);
  },

  "never calls a log spent whose events have no age": async ({ store, pass }) => {
    const log = await open(store);
    await log.append([bytes("a")]);
    await pass(1e12);
    expect([log.isSpent, await texts(log, 0)]).toEqual([false, ["0 a"]]);
  },

  "never gives an offset of one epoch twice, also when a log was closed in between": async ({ store }) => {
    const log = await open(store);
    const before = await log.append([bytes("a"), bytes("b")]);
    log.close();
    const again = await open(store);
    const offset = await again.append([bytes("c")]);
    expect(again.epoch !== log.epoch || offset > before + 1).toBe(true);
  },
};

const ALL: Retention = { events: Infinity, bytes: Infinity, ageMs: Infinity };

async function open(store: TopicStore, retention: Partial<Retention> = {}): Promise<TopicLog> {
  return store.open("test.Test/Topic", bytes("key"), { ...ALL, ...retention });
}

async function texts(log: TopicLog, from: number): Promise<string[]> {
  const seen: string[] = [];
  await log.read(from, (offset, event) => seen.push(`${offset} ${new TextDecoder().decode(event)}`) > 0);
  return seen;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
