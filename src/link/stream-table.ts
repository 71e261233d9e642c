import type { Stream } from "./stream.js";

/** The bits of a stream's id that are its slot, and the highest slot. */
export const SLOT_MASK = 0xf_ffff;
const GENERATION_SHIFT = 20;
const GENERATIONS = 1 << 11;
const INITIATOR_BIT = 1 << 31;

/** The streams of a link, those opened here and those opened by the peer, by their slots. */
export class StreamTable {
  /** Streams that are open, on either side. */
  count = 0;
  /** Streams that this side has open. */
  ownCount = 0;
  /** Streams that the peer has ever opened. */
  accepted = 0;
  private readonly own: (Stream | undefined)[] = [undefined];
  private readonly peers: (Stream | undefined)[] = [undefined];
  private readonly generations: number[] = [0];
  private readonly freeSlots: number[] = [];
  private readonly ownBit: number;

  constructor(isClient: boolean) {
    this.ownBit = isClient ? 0 : INITIATOR_BIT;
  }

  /** Gives a stream that this side opens its id. */
  add(stream: Stream): void {
    const slot = this.freeSlots.pop() ?? this.own.length;
    const generation = this.generations[slot] ?? 0;
    stream.id = this.ownBit | (generation << GENERATION_SHIFT) | slot;
    this.own[slot] = stream;
    this.generations[slot] = (generation + 1) % GENERATIONS;
    this.ownCount++;
    this.count++;
  }

  /** Enters a stream that the peer opened under `id`. Returns `false` when that is not the peer's to open now. */
  accept(id: number, stream: Stream): boolean {
    const slot = id & SLOT_MASK;
    if (slot === 0 || this.isOwn(id) || this.peers[slot]) return false;
    while (this.peers.length < slot) this.peers.push(undefined);
    stream.id = id;
    this.peers[slot] = stream;
    this.accepted = (this.accepted + 1) | 0;
    this.count++;
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
    this.count--;
    if (!this.isOwn(stream.id)) {
      this.peers[slot] = undefined;
      return;
    }
    this.own[slot] = undefined;
    this.freeSlots.push(slot);
    this.ownCount--;
  }

  /** The streams that are open, on either side. */
  all(): Stream[] {
    return [...this.own, ...this.peers].filter((stream) => stream !== undefined);
  }

  /** Empties the table and returns what was in it. */
  clear(): Stream[] {
    const all = this.all();
    this.own.length = this.peers.length = 1;
    this.count = this.ownCount = 0;
    return all;
  }

  /** Whether this side opened the stream with this id. */
  isOwn(id: number): boolean {
    return (id & INITIATOR_BIT) === this.ownBit;
  }
}
