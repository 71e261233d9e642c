import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import { Market, type Quote, type Symbol } from "../../schemas/gen/market.js";
import type { Subscription, TopicOptions } from "../../src/index.js";
import type { Server } from "../../src/server/server.js";
import { type Scene, SMALL, type Stage } from "../golden/scenes.js";

/** A scene whose server also does what its frames alone do not say. */
export interface FuzzScene extends Scene {
  /** Starts what the server has beside its handlers; those that are given back replace its own. */
  readonly prepare?: (server: Server) => Partial<EchoHandlers>;
}

const KEY = { symbol: "A" };
const MOST_EVENTS = 50;
const MOST_BYTES = 20_000;
const ignore = (): void => {};

/** Sessions with topics. What the server publishes it is asked for by calls, so that each side can be played alone. */
export const topicScenes: readonly FuzzScene[] = [
  scene(
    "two-subscriptions",
    "two subscriptions to one key, events of one turn, one that is longer than its subscriber takes, and a cancel",
    {},
    async ({ ask, subscribe }) => {
      await ask({ id: 1 });
      const [one, other] = [subscribe({}), subscribe({ from: "start", onGap: ignore })];
      await ask({ id: 3, data: new Uint8Array(10) });
      await ask({ id: 1, data: new Uint8Array(17_000) });
      await ask({ id: 2 });
      await take(other, 6);
      await take(one, 5).catch(ignore);
    },
  ),
  scene(
    "snapshot",
    "a snapshot, then what is published, and another subscription behind a position that is no more",
    { snapshot: () => [quote(1, 10), quote(2, 9000)], history: { events: 2, ageMs: 1000 } },
    async ({ ask, subscribe, pass }) => {
      const first = subscribe({});
      await ask({ id: 5 });
      await take(first, 7);
      await pass(1001);
      await ask({ id: 1 });
      await take(subscribe({ from: { epoch: 1, offset: 3 }, onGap: ignore }), 2);
      await take(subscribe({ from: { epoch: first.epoch!, offset: 1 } }), 1).catch(ignore);
    },
  ),
  scene("lagging", "a subscriber that misses the oldest of what waits", { maxWaitingBytes: 4000 }, lag),
  scene(
    "conflated",
    "a subscriber that gets the newest of each when it lags",
    { slow: "conflate", conflateBy: ({ price = 0 }) => price % 5 },
    lag,
  ),
  scene("awaited", "a subscriber that is waited for", { slow: "wait", maxWaitingBytes: 4000 }, lag),
  scene("cut-off", "a subscriber that is too slow", { slow: "close", maxWaitingBytes: 4000 }, lag),
];

/** A scene as its client sees it. */
interface Ground extends Stage {
  /** Has the server publish `id` events, each with as many bytes as `data`. */
  readonly ask: (request: Partial<Payload>) => Promise<unknown>;
  readonly subscribe: (options: SubscribeOptions) => Subscription<Quote>;
}

type SubscribeOptions = Parameters<ReturnType<typeof Market.client>["quotes"]>[1];

function scene(
  name: string,
  about: string,
  options: TopicOptions<Symbol, Quote>,
  play: (ground: Ground) => Promise<void>,
): FuzzScene {
  return {
    name,
    about,
    limits: SMALL,
    prepare: (server) => publishing(server, options),
    play: (stage) => {
      const { link } = stage;
      const ask: Ground["ask"] = (request) => link.client(Echo).unary(request);
      const subscribe: Ground["subscribe"] = (given) => link.client(Market).quotes(KEY, given);
      return play({ ...stage, ask, subscribe });
    },
  };
}

function publishing(server: Server, options: TopicOptions<Symbol, Quote>): Partial<EchoHandlers> {
  const topic = server.topic(Market.quotes, options);
  return {
    async unary({ id, data }) {
      const size = Math.min(data.length, MOST_BYTES);
      const events = Array.from({ length: Math.min(id, MOST_EVENTS) }, (_, price) => quote(price, size));
      await topic.publishMany(KEY, events);
      return { id };
    },
  };
}

async function lag({ ask, subscribe }: Ground): Promise<void> {
  const quotes = subscribe({ onGap: ignore });
  const turn = { id: 10, data: new Uint8Array(2000) };
  await ask(turn);
  for (let turns = 0; turns < 3; turns++) void ask(turn).catch(ignore);
  await take(quotes, 5);
}

function quote(price: number, size: number): Partial<Quote> {
  return { price, currency: "x".repeat(size) };
}

async function take(quotes: Subscription<Quote>, count: number): Promise<void> {
  let taken = 0;
  for await (const _ of quotes) if (++taken === count) return;
}
