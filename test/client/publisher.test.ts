import { describe, expect, it } from "vitest";
import { Market, type Order, type Receipt } from "../../schemas/gen/market.js";
import {
  type Call,
  type Link,
  MillraceError,
  Publisher,
  type PublisherOptions,
  publicationOf,
} from "../../src/index.js";
import { Network } from "../../src/testing/index.js";

const ACME = { symbol: "ACME" };

type Place = (order: Order, call: Call) => Promise<Partial<Receipt>>;

/** A server whose clients publish by `place`, and one of them. `around` is what goes wrong at the server. */
async function stage(
  seed = 1,
  around: (publish: Place) => Place = (publish) => publish,
  options: PublisherOptions = {},
) {
  const net = new Network({ seed });
  const server = net.listen({ address: "memory://a" });
  const topic = server.topic(Market.quotes, { history: { events: 1000 } });
  const publish: Place = async ({ symbol, quantity }, call) => {
    const offset = await topic.publish({ symbol }, { price: quantity }, publicationOf(call));
    return { orderId: BigInt(offset) };
  };
  server.serve(Market, { lastQuote: () => ({}), history: () => [], place: around(publish) });
  const { link: made, wires } = net.dial("memory://a");
  const link = await net.until(made);
  const publisher = publisherOf(link, options);
  const prices = async (): Promise<number[]> => {
    const own = await net.until(net.dial("memory://a").link);
    const seen: number[] = [];
    void own
      .client(Market)
      .quotes(ACME, { from: "start" })
      .forEach(({ price }) => void seen.push(price));
    await net.advance(1000);
    return seen;
  };
  return { net, server, topic, link, wires, publisher, prices };
}

function publisherOf(link: Link, options?: PublisherOptions): Publisher<number, bigint> {
  const market = link.client(Market);
  const send = async (quantity: number, call: object) => (await market.place({ ...ACME, quantity }, call)).orderId;
  return new Publisher(link, send, options);
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("a publisher", () => {
  it.each([1, 2, 3, 4, 5])(
    "has each message published once and in order, however often answers are lost: seed %i",
    async (seed) => {
      const cuts: (() => void)[] = [];
      const { net, wires, publisher, prices } = await stage(seed, (publish) => async (order, call) => {
        const receipt = await publish(order, call);
        if (net.random.chance(0.3)) cuts.forEach((cut) => cut());
        return receipt;
      });
      cuts.push(() => wires.at(-1)!.cut());
      const offsets = await net.until(Promise.all(numbers(100).map((n) => publisher.publish(n))), 36_000_000);
      expect(offsets).toEqual(numbers(100).map(BigInt));
      expect(await prices()).toEqual(numbers(100));
      expect(wires.length).toBeGreaterThan(10);
    },
  );

  it("tries again what the server cannot do now, and what takes too long", async () => {
    let tries = 0;
    const { net, publisher, prices } = await stage(1, (publish) => async (order, call) => {
      const receipt = await publish(order, call);
      tries++;
      if (tries === 1) throw new MillraceError("unavailable", "the answer is lost");
      if (tries === 2) await new Promise(() => {});
      return receipt;
    });
    expect(await net.until(publisher.publish(7), 60_000)).toBe(0n);
    expect([tries, await prices()]).toEqual([3, [7]]);
  });

  it("gives up a message that is refused, and goes on with the next one", async () => {
    const { net, publisher, prices } = await stage(1, (publish) => async (order, call) => {
      if (order.quantity === 1) throw new MillraceError("permission_denied", "not this one");
      return publish(order, call);
    });
    const published = [0, 1, 2].map((n) => publisher.publish(n));
    await expect(net.until(published[1])).rejects.toMatchObject({ code: "permission_denied" });
    expect(await net.until(Promise.all([published[0], published[2]]))).toEqual([0n, 1n]);
    expect(await prices()).toEqual([0, 2]);
  });

  it("ends with its link and with a signal, and refuses when too many wait", async () => {
    const { net, server, link, publisher } = await stage(1, undefined, { maxWaiting: 2 });
    await server.close();
    await net.advance(10);
    const gone = new AbortController();
    const [first, second] = [publisher.publish(1, gone.signal), publisher.publish(2)];
    await expect(publisher.publish(3)).rejects.toMatchObject({ code: "resource_exhausted" });
    await net.advance(30_000);
    gone.abort();
    await expect(net.until(first)).rejects.toMatchObject({ code: "cancelled" });
    const refused = expect(net.until(second)).rejects.toMatchObject({ code: "unavailable" });
    await net.until(link.close());
    await refused;
  });

  it("ends a message with its signal also while another one is before it", async () => {
    const { net, server, link, publisher } = await stage();
    await server.close();
    await net.advance(10);
    const gone = new AbortController();
    const [first, second] = [publisher.publish(1), publisher.publish(2, gone.signal)];
    const start = net.clock.now();
    gone.abort();
    await expect(net.until(second)).rejects.toMatchObject({ code: "cancelled" });
    await expect(net.until(publisher.publish(3, gone.signal))).rejects.toMatchObject({ code: "cancelled" });
    expect(net.clock.now()).toBe(start);
    first.catch(() => {});
    await net.until(link.close());
  });

  it("ends with its link also while it waits for its next attempt", async () => {
    const { net, link, publisher } = await stage(1, () => () => {
      throw new MillraceError("unavailable", "not now");
    });
    const published = publisher.publish(1);
    published.catch(() => {});
    await net.advance(20_000);
    await net.until(link.close());
    const closed = net.clock.now();
    await expect(net.until(published)).rejects.toMatchObject({ code: "unavailable" });
    expect(net.clock.now()).toBe(closed);
  });

  it("goes on under its name with higher numbers, and is refused with lower ones", async () => {
    const { net, link, publisher } = await stage(1, undefined, { name: "ann", firstSequence: 5 });
    expect(await net.until(publisher.publish(1))).toBe(0n);
    expect(await net.until(publisherOf(link, { name: "ann", firstSequence: 6 }).publish(2))).toBe(1n);
    const late = net.until(publisherOf(link, { name: "ann" }).publish(3));
    await expect(late).rejects.toMatchObject({ code: "already_exists" });
    expect(() => publisherOf(link, { name: "" })).toThrow("[invalid_argument] a publisher has a name");
    expect(() => publisherOf(link, { name: "Zoë" })).toThrow(
      "[invalid_argument] a publisher's name is printable ASCII",
    );
    expect(() => publisherOf(link, { firstSequence: 0.5 })).toThrow("[invalid_argument] a publisher has a name");
    for (const wrong of [0, -1, 0.5, Number.NaN]) {
      expect(() => publisherOf(link, { attemptTimeoutMs: wrong })).toThrow(
        "attemptTimeoutMs must be a whole number from 1",
      );
      expect(() => publisherOf(link, { maxWaiting: wrong })).toThrow("maxWaiting must be a whole number from 1");
    }
  });

  it("delivers once what is published again, and names no publisher where none is", async () => {
    const { net, topic, prices } = await stage();
    const live = prices();
    const publication = { publisher: "ann", sequence: 1 };
    const offsets = [topic.publish(ACME, { price: 1 }, publication), topic.publish(ACME, { price: 1 }, publication)];
    expect(await net.until(Promise.all(offsets))).toEqual([0, 0]);
    expect(await live).toEqual([1]);
    expect(publicationOf({ metadata: { other: "1" } })).toBeUndefined();
    const wrong = { metadata: { "millrace-publisher": "ann", "millrace-sequence": "1e400" } };
    expect(() => publicationOf(wrong)).toThrow("[invalid_argument]");
  });
});
