import * as wire from "../support/wire.js";

const LEAST_BYTES: ReadonlyMap<number, number> = new Map([
  [wire.SUBSCRIBED, 32],
  [wire.EVENT, 24],
  [wire.GAP, 32],
]);

/** Looks on at what a server says of its topics: by docs/wire.md the events of a feed come one after the other, or a GAP between. */
export class EventOrder {
  /** The offset that comes next, by the number of the feed. */
  private readonly next = new Map<number, number>();
  /** The numbers of feeds, by the stream of their subscription. */
  private readonly feeds = new Map<number, number>();

  /** What is wrong with the next frame that was said; `undefined` for nothing. */
  faultOf(bytes: Uint8Array): string | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [stream, aux] = [view.getUint32(8, true), view.getUint32(12, true)];
    if (bytes.length < (LEAST_BYTES.get(bytes[4]) ?? 0)) return "it sent a frame about events that is too short";
    const pair = (at: number): [number, number] => [numberAt(view, at), numberAt(view, at + 8)];
    switch (bytes[4]) {
      case wire.SUBSCRIBED:
        this.feeds.set(stream, aux);
        this.next.set(aux, pair(16)[1]);
        return undefined;
      case wire.EVENT:
        return this.advance(stream, numberAt(view, 16), 1);
      case wire.GAP: {
        const [from, to] = pair(16);
        return this.advance(this.feeds.get(stream), from, to + 1 - from);
      }
    }
    return undefined;
  }

  private advance(feed: number | undefined, offset: number, count: number): string | undefined {
    const next = feed === undefined ? undefined : this.next.get(feed);
    if (feed === undefined || next === undefined) return "it sent events of a feed that it had not told of";
    this.next.set(feed, offset + count);
    return offset === next && count > 0 ? undefined : `it went on at event ${offset} where ${next} was due`;
  }
}

function numberAt(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
