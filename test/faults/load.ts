import { Echo, Payload } from "../../schemas/gen/echo.js";
import type { Link } from "../../src/index.js";
import * as wire from "../support/wire.js";
import { idOf, RawSocket } from "./raw.js";

/** How many calls a link of `resetCalls` opens and resets; more than any budget lets through. */
const CALLS_PER_LINK = 1100;

/** What `resetCalls` did, and what it did to others. */
export interface ResetReport {
  /** Links that it took: each is ended by its budget. */
  readonly links: number;
  /** How long each call took that `other` made meanwhile. */
  readonly othersMs: readonly number[];
}

/** Opens so many calls of the TCP server at `url` and resets each at once, while `other` makes one call after the other. */
export async function resetCalls(url: string, calls: number, other: Link): Promise<ResetReport> {
  const open = { kind: wire.OPEN, flags: wire.END, aux: idOf("unary"), payload: Payload.toBytes({ id: 666 }) };
  const flood = wire.join(
    ...Array.from({ length: CALLS_PER_LINK }, (_, i) =>
      wire.join(
        wire.frame({ ...open, stream: i + 1 }),
        wire.frame({ kind: wire.RESET, stream: i + 1, aux: wire.CANCELLED }),
      ),
    ),
  );
  let links = 0;
  const othersMs: number[] = [];
  const flooding = (async () => {
    for (; links * CALLS_PER_LINK < calls; links++) {
      const peer = await RawSocket.join({ urls: [url] });
      peer.say(flood);
      await peer.closed();
    }
  })();
  let isOver = false;
  const isDone = (): boolean => isOver;
  void flooding.finally(() => (isOver = true));
  do {
    const start = performance.now();
    await other.client(Echo).unary({ id: 3 });
    othersMs.push(performance.now() - start);
  } while (!isDone());
  await flooding;
  return { links, othersMs };
}

/** The time that this process computed in the turn of its event loop that took longest, until `isOver`; in milliseconds. */
export async function longestTurnMs(isOver: () => boolean): Promise<number> {
  let longest = 0;
  while (!isOver()) {
    const before = process.cpuUsage();
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
  }
  return longest;
}
