import type { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";

/**
 * One end of a numbered channel of a link. Its slot is free for reuse once the end was both sent and received.
 *
 * ```
 *   stream id   31          30 … 20       19 … 0
 *               initiator | generation | slot, from 1       initiator: 0 the client's, 1 the server's
 * ```
 *
 * The generation counts the uses of the slot, so that a frame that comes late for an earlier use is recognized.
 */
export abstract class Stream {
  /** As on the wire, a signed 32-bit integer; 0 until it is open. */
  id = 0;
  sentEnd = false;
  gotEnd = false;
  /** Bytes of DATA sent so far, mod 2³². */
  sentBytes = 0;
  /** Up to which `sentBytes` the peer has granted, mod 2³². */
  grantedBytes = 0;

  /** How much more may be sent; 0 or less means: wait for `onCredit`. */
  get credit(): number {
    return (this.grantedBytes - this.sentBytes) | 0;
  }

  /** A DATA frame, borrowed until the return; `gotEnd` says whether it is the last. */
  abstract onData(frame: Frame): void;
  /** The peer reset the stream, or its link closed; nothing comes after. */
  abstract onReset(error: MillraceError): void;
  /** The peer has granted more. */
  onCredit(): void {}
}

export const SLOT_MASK = 0xf_ffff;
const GENERATION_SHIFT = 20;
const GENERATIONS = 1 << 11;
const INITIATOR_BIT = 1 << 31;

/** The streams of a link, those opened here and those opened by the peer. */
export class StreamTable {
  private readonly own: (Stream | undefined)[] = [undefined];
  private readonly peers: (Stream | undefined)[] = [undefined];
  private readonly generations: number[] = [0];
  private readonly freeSlots: number[] = [];
  private readonly ownBit: number;
  private open = 0;
  private accepted = 0;

  constructor(isClient: boolean) {
    this.ownBit = isClient ? 0 : INITIATOR_BIT;
  }

  /** Streams that this side has open. */
  get ownCount(): number {
    return this.open;
  }

  /** Streams that are open, whoever opened them. */
  get count(): number {
    return this.open + this.accepted;
  }

  /** Gives a stream that this side opens its id. */
  add(stream: Stream): void {
    const slot = this.freeSlots.pop() ?? this.own.length;
    const generation = this.generations[slot] ?? 0;
    stream.id = this.ownBit | (generation << GENERATION_SHIFT) | slot;
    this.own[slot] = stream;
    this.generations[slot] = (generation + 1) % GENERATIONS;
    this.open++;
  }

  /** Enters a stream that the peer opened under `id`. Returns `false` when that is not the peer's to open now. */
  accept(id: number, stream: Stream): boolean {
    const slot = id & SLOT_MASK;
    if (slot === 0 || this.isOwn(id) || this.peers[slot]) return false;
    while (this.peers.length < slot) this.peers.push(undefined);
    stream.id = id;
    this.peers[slot] = stream;
    this.accepted++;
    return true;
  }

  /** The open stream with this id; `undefined` for one that is closed already. */
  find(id: number): Stream | undefined {
    const stream = (this.isOwn(id) ? this.own : this.peers)[id & SLOT_MASK];
    return stream?.id === id ? stream : undefined;
  }

  /** Frees the slot of a stream whose end was sent and received. */
  remove(stream: Stream): void {
    const slot = stream.id & SLOT_MASK;
    if (!this.isOwn(stream.id)) {
      this.peers[slot] = undefined;
      this.accepted--;
      return;
    }
    this.own[slot] = undefined;
    this.freeSlots.push(slot);
    this.open--;
  }

  /** Empties the table and returns what was in it. */
  clear(): Stream[] {
    const all = [...this.own, ...this.peers].filter((stream) => stream !== undefined);
    this.own.length = this.peers.length = 1;
    this.open = this.accepted = 0;
    return all;
  }

  private isOwn(id: number): boolean {
    return (id & INITIATOR_BIT) === this.ownBit;
  }
}
