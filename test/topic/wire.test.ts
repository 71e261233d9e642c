import { describe, expect, it } from "vitest";
import { Market, type Quote } from "../../schemas/gen/market.js";
import type { Subscription } from "../../src/index.js";
import { RawRig, settle } from "../support/rig.js";
import { connectRaw } from "../support/raw-server.js";
import { CREDIT, DATA, END, frame, join, MORE, OPEN, RESET } from "../support/wire.js";

const SUBSCRIBED = 10;
const EVENT = 11;
const GAP = 12;

const quotesId = Market.quotes.id;

/** Two numbers of 64 bits. */
function pair(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(first), true);
  view.setBigUint64(8, BigInt(second), true);
  return bytes;
}

const subscribed = (feed: number, offset = 0, stream = 1): Uint8Array =>
  frame({ kind: SUBSCRIBED, stream, aux: feed, payload: pair(5, offset) });
/** A SUBSCRIBED behind which so many items of a snapshot are to come. */
const announced = (feed: number, items: number): Uint8Array =>
  frame({ kind: SUBSCRIBED, stream: 1, aux: feed, payload: join(pair(5, 0), pair(items, 0).subarray(0, 8)) });
const item = (): Uint8Array => frame({ kind: DATA, stream: 1, payload: bytesOf({ price: 1 }) });
const event = (feed: number, offset: number, price = 0): Uint8Array =>
  frame({ kind: EVENT, stream: feed, ext: pair(offset, 0).subarray(0, 8), payload: bytesOf({ price }) });
const bytesOf = (quote: Partial<Quote>): Uint8Array => Market.quotes.response.toBytes(quote);
const gap = (from: number, to: number, reason = 1): Uint8Array =>
  frame({ kind: GAP, stream: 1, aux: reason, payload: pair(from, to) });

/** A client that has subscribed, and the server that it subscribed to, which says what it is told to. */
async function subscriber(onGap?: () => void) {
  const { link, peer } = await connectRaw();
  const quotes = link.client(Market).quotes({ symbol: "A" }, onGap ? { onGap } : {});
  await settle();
  return { link, peer, quotes };
}

async function read(quotes: Subscription<Quote>): Promise<string[]> {
  const seen: string[] = [];
  try {
    for await (const { price } of quotes) seen.push(`${quotes.offset} ${price}`);
  } catch (error) {
    seen.push(String(error));
  }
  return seen;
}

describe("a server that errs", () => {
  const calls: readonly (readonly [name: string, frames: readonly Uint8Array[], said: RegExp])[] = [
    ["events in the wrong order", [subscribed(7), event(7, 1)], /internal.*offset 1 where 0 should be/],
    ["an event twice", [subscribed(7), event(7, 0), event(7, 0)], /internal.*offset 0 where 1 should be/],
    ["a gap that is elsewhere", [subscribed(7), gap(3, 4)], /internal.*offset 3 where 0 should be/],
    ["a gap that ends before it starts", [subscribed(7, 4), gap(4, 2)], /internal/],
    ["a gap before SUBSCRIBED", [gap(0, 1)], /internal.*before the subscription was accepted/],
    ["a snapshot before SUBSCRIBED", [item()], /internal.*before/],
    ["a snapshot that was not announced", [subscribed(7), item()], /internal.*before it was announced/],
    ["an event amid a snapshot", [announced(7, 2), item(), event(7, 0)], /internal.*before all of the snapshot/],
    ["an event without offset", [subscribed(7), frame({ kind: EVENT, stream: 7 })], /internal.*has an offset/],
    [
      "an epoch that is too large",
      [frame({ kind: SUBSCRIBED, stream: 1, aux: 7, payload: pair(2 ** 60, 0) })],
      /2\^53/,
    ],
    ["a SUBSCRIBED that is too short", [frame({ kind: SUBSCRIBED, stream: 1, aux: 7 })], /too short/],
    ["an event that is no message", [subscribed(7), join(event(7, 0, 1).fill(255, 24))], /internal/],
  ];
  it.each(calls)("ends the subscription with %s, and the link goes on", async (_name, frames, said) => {
    const { link, peer, quotes } = await subscriber(() => {});
    await peer.say(...frames);
    expect((await read(quotes)).at(-1)).toMatch(said);
    expect(link.state).toBe("open");
    expect(peer.frames.at(-1)).toMatchObject({ kind: RESET, stream: 1 });
  });

  const links: readonly (readonly [name: string, frames: readonly Uint8Array[]])[] = [
    ["the number 0 for a feed", [subscribed(0)]],
    ["two numbers for one subscription", [subscribed(7), subscribed(8)]],
    ["an event in fragments", [subscribed(7), frame({ kind: EVENT, flags: MORE, stream: 7, ext: new Uint8Array(8) })]],
    ["an event with an end", [subscribed(7), frame({ kind: EVENT, flags: END, stream: 7, ext: new Uint8Array(8) })]],
    ["more events than it was granted", [subscribed(7), ...Array.from({ length: 300 }, () => gap(0, 0)), flood()]],
    [
      "more gaps than it was granted, behind an event that nobody has read",
      [subscribed(7), event(7, 0), ...Array.from({ length: 10_000 }, (_, i) => gap(i + 1, i + 1))],
    ],
  ];
  it.each(links)("ends the link with %s", async (_name, frames) => {
    const { link, peer, quotes } = await subscriber(() => {});
    await peer.say(...frames);
    expect(link.state).toBe("closed");
    expect((await read(quotes)).at(-1)).toMatch(/unavailable|internal/);
  });

  it("is told of events for nobody by nothing, and of events on a call that is none by its end", async () => {
    const { link, peer } = await connectRaw();
    await peer.say(event(9, 0));
    const quote = link.client(Market).lastQuote({ symbol: "A" });
    quote.catch(() => {});
    await settle();
    await peer.say(subscribed(7));
    await expect(quote).rejects.toMatchObject({ code: "failed_precondition", text: /no subscription/ });
    expect(link.state).toBe("open");
  });

  it("grants back what events and gaps took, as they are read", async () => {
    const { peer, quotes } = await subscriber(() => {});
    await peer.say(subscribed(7));
    const reading = read(quotes);
    for (let i = 0; i < 8000; i++) await peer.say(i % 2 ? event(7, i) : gap(i, i));
    expect(peer.frames.filter(({ kind, stream }) => kind === CREDIT && stream === 1).length).toBeGreaterThan(0);
    await peer.say(frame({ kind: DATA, flags: END, stream: 1 }));
    expect(await reading).toHaveLength(4000);
  });
});

describe("a client that errs", () => {
  it("is told that topics are unimplemented when it does not know them", async () => {
    const rig = new RawRig();
    const topic = rig.server.topic(Market.quotes);
    const peer = await rig.greet();
    await peer.say(frame({ kind: OPEN, flags: END, stream: 1, aux: quotesId }));
    expect(peer.frames.at(-1)).toMatchObject({ kind: DATA, flags: END, aux: 12, text: /is a topic/ });
    expect(topic.subscribers).toBe(0);
  });
});

/** So many bytes that no window holds them. */
function flood(): Uint8Array {
  return join(
    ...Array.from({ length: 2 }, () =>
      frame({ kind: EVENT, stream: 7, ext: new Uint8Array(8), payload: new Uint8Array(250_000) }),
    ),
  );
}
