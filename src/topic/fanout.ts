import type { Slab } from "../bytes/slab.js";
import * as Kind from "../frame/kind.js";
import { HEADER_BYTES, padded, writeHeader } from "../frame/header.js";
import type { Runtime } from "../link/runtime.js";
import { HEAD_BYTES } from "../link/message-head.js";
import { SharedFrames } from "../link/shared-frames.js";
import { writeNumber } from "../rpc/position.js";
import type { Event } from "./event.js";
import { EVENT_HEAD_BYTES } from "./options.js";

const SLAB_BYTES = 64 * 1024;

/** A feed that has events to send. */
export interface Dirty {
  flush(): void;
}

/**
 * What the topics of a server share: the numbers of feeds, the end of the turn, when all that was published in it is sent, and
 * the memory that events are framed in, one group's behind the other's.
 */
export class Fanout {
  private lastNumber = 0;
  private readonly dirty: Dirty[] = [];
  private isScheduled = false;
  private slab: Slab | undefined;
  private end = 0;

  constructor(readonly runtime: Runtime) {}

  /** A number that no feed of this server has. */
  number(): number {
    this.lastNumber = (this.lastNumber + 1) | 0 || 1;
    return this.lastNumber;
  }

  /** Flushes `feed` at the end of this turn. */
  flushSoon(feed: Dirty): void {
    this.dirty.push(feed);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.runtime.schedule(this.flush);
  }

  /** The frames of some events, one behind the other, bearing the number of a feed. Whoever asks releases them. */
  frame(number: number, events: readonly Event[]): SharedFrames {
    const lengths = events.map(({ payload }) => EVENT_HEAD_BYTES + payload.length);
    const bytes = lengths.reduce((sum, length) => sum + padded(length), HEAD_BYTES);
    const slab = this.claim(bytes);
    const start = this.end;
    this.end += bytes;
    let at = start + HEAD_BYTES;
    for (const { offset, payload } of events) {
      const length = EVENT_HEAD_BYTES + payload.length;
      writeHeader(slab.view, at, length, Kind.EVENT, 0, 1, number, 0);
      writeNumber(slab.view, at + HEADER_BYTES, offset);
      slab.bytes.set(payload, at + EVENT_HEAD_BYTES);
      slab.bytes.fill(0, at + length, at + padded(length));
      at += padded(length);
    }
    this.runtime.slabs.retain(slab);
    return new SharedFrames(this.runtime.slabs, slab, start, at, lengths);
  }

  private claim(bytes: number): Slab {
    if (this.slab && this.end + bytes <= this.slab.size) return this.slab;
    this.letGo();
    this.end = 0;
    return (this.slab = this.runtime.slabs.lease(Math.max(SLAB_BYTES, bytes)));
  }

  private letGo(): void {
    if (this.slab) this.runtime.slabs.release(this.slab);
    this.slab = undefined;
  }

  private readonly flush = (): void => {
    this.isScheduled = false;
    for (const feed of this.dirty.splice(0)) feed.flush();
    this.letGo();
  };
}
