import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Market } from "../../schemas/gen/market.js";
import { type Link, Publisher } from "../../src/index.js";
import { connect, createRuntime, type Limits } from "../../src/node/index.js";
import { Random } from "../../src/testing/index.js";
import { clockAt, comesTrue } from "../support/clock-at.js";
import { KilledServer } from "./server.js";
import { type Known, lostInMemory, lostOnDisk, Watch } from "./watch.js";

/** How many times as fast as the machine's time, so that who waits for two minutes to connect again waits for a moment. */
const SPEED = 1000;
const fastClock = clockAt(SPEED);
/** A deadline that a busy machine still keeps. */
const PATIENCE_MS = 10_000 * SPEED;
const LOOK_MS = 2 * SPEED;
const FAST_LIMITS: Partial<Limits> = {
  handshakeTimeoutMs: PATIENCE_MS,
  frameTimeoutMs: PATIENCE_MS,
  pingIntervalMs: PATIENCE_MS,
  pingTimeoutMs: PATIENCE_MS,
};
const SYMBOLS = ["A", "B", "C"];
const PUBLISHERS = 4;

/** What some kills found. */
export interface Outcome {
  readonly acknowledged: number;
  readonly gaps: number;
  readonly wrong: readonly string[];
}

/** The same with as many kills at some servers at once, each with a seed of its own. */
export async function killMany(
  kept: "lmdb" | "memory",
  kills: number,
  seed: number,
  servers: number,
): Promise<Outcome> {
  const share = (i: number): number => Math.floor(kills / servers) + (i < kills % servers ? 1 : 0);
  const runs = Array.from({ length: servers }, (_, i) => killWhilePublishing(kept, share(i), seed + i));
  const outcomes = await Promise.all(runs);
  return {
    acknowledged: outcomes.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    gaps: outcomes.reduce((sum, { gaps }) => sum + gaps, 0),
    wrong: outcomes.flatMap(({ wrong }, i) => wrong.map((text) => `seed ${seed + i}: ${text}`)),
  };
}

/** Kills a server again and again while clients publish to it, and looks at what its subscribers were given. */
async function killWhilePublishing(kept: "lmdb" | "memory", kills: number, seed: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-kills-"));
  const server = new KilledServer(kept === "lmdb" ? folder : undefined);
  const random = new Random(seed);
  await server.start();
  const runtime = { ...createRuntime(), clock: fastClock };
  const connected = () => connect(server.url, { runtime, limits: FAST_LIMITS });
  const links = [await connected(), await connected()];
  const watches = SYMBOLS.map((symbol) => new Watch(links[0].client(Market), symbol));
  const crowd = new Crowd(links[1], random.fork());
  const areThere = (): boolean => watches.every((watch) => watch.ended !== undefined || watch.isAt(server.run));
  try {
    for (let i = 0; i < kills; i++) {
      await crowd.hasMore(random.int(1, 30));
      // Who waits to connect again may miss a life or two; every other one is known to all.
      if (kept === "memory" && i % 2 === 0) await comesTrue(fastClock, areThere, PATIENCE_MS, LOOK_MS);
      for (let turns = random.int(0, 20); turns > 0; turns--) await turn();
      await server.kill();
      await server.start();
    }
    await crowd.hasMore(1);
    await crowd.stop();
    const last = crowd.acknowledged.filter(({ run }) => run === server.run);
    const hasAll = (watch: Watch): boolean =>
      (kept === "lmdb" || watch.isAt(server.run)) &&
      last.every((one) => one.symbol !== watch.symbol || watch.has(one, kept === "lmdb"));
    const all = (): boolean => watches.every((watch) => watch.ended !== undefined || hasAll(watch));
    const isGiven = await comesTrue(fastClock, all, PATIENCE_MS, LOOK_MS);
    const check = kept === "lmdb" ? lostOnDisk : lostInMemory;
    const wrong = watches.flatMap((watch) => check(watch, crowd.acknowledged));
    if (!isGiven) wrong.push("what was acknowledged last was not given to its subscribers");
    for (const { ended, symbol } of watches) if (ended) wrong.push(`the subscription of ${symbol} ended: ${ended}`);
    const gaps = watches.reduce((sum, { seen, events }) => sum + seen.length - events.length, 0);
    return { acknowledged: crowd.acknowledged.length, gaps, wrong };
  } finally {
    await Promise.all(links.map((link) => link.close()));
    await server.kill();
    rmSync(folder, { recursive: true });
  }
}

/** Some who publish without a pause, and what was acknowledged to them. */
class Crowd {
  readonly acknowledged: Known[] = [];
  private lastValue = 0;
  private isStopped = false;
  private failure: unknown;
  private readonly all: Promise<unknown>;
  private told: () => void = () => {};

  constructor(
    private readonly link: Link,
    private readonly random: Random,
  ) {
    const publishing = Array.from({ length: PUBLISHERS }, () => this.publish());
    this.all = Promise.all(publishing).catch((error: unknown) => {
      this.failure = error ?? "no reason";
      this.told();
    });
  }

  /** Resolves when so many more were acknowledged. */
  async hasMore(count: number): Promise<void> {
    for (const end = this.acknowledged.length + count; this.acknowledged.length < end; ) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => (this.told = resolve));
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.all;
  }

  private async publish(): Promise<void> {
    const market = this.link.client(Market);
    const publisher = new Publisher(
      this.link,
      (order: { symbol: string; quantity: number }, options) => market.place(order, options),
      { attemptTimeoutMs: PATIENCE_MS },
    );
    while (!this.isStopped) {
      const order = { symbol: this.random.pick(SYMBOLS), quantity: ++this.lastValue };
      const { orderId, fill } = await publisher.publish(order);
      const { symbol, quantity: value } = order;
      this.acknowledged.push({ symbol, value, offset: Number(orderId), run: fill!.quantity });
      this.told();
    }
  }
}
