import { MillraceError } from "../error.js";
import type { Clock, Timer } from "../link/clock.js";
import { Digest } from "./digest.js";
import type { Faults } from "./faults.js";
import type { Random } from "./random.js";

/** Bytes that are borrowed from their writer. */
interface Write {
  readonly bytes: Uint8Array;
  readonly written: () => void;
  readonly digest: string;
  /** When they are copied and given back, and when the copy arrives. */
  readonly takenAt: number;
  readonly arrivesAt: number;
}

/** What becomes of the bytes of one direction. */
export interface Far {
  /** Takes what a read brings. */
  deliver(bytes: Uint8Array): void;
  /** Everything was delivered, and nothing comes any more. */
  ended(): void;
}

/**
 * One direction of a wire:
 *
 * ```
 *   write ──▶ writes ── take: copy, call `written` ──▶ under way ── read ──▶ far end
 *             borrowed from the link                   at most bufferBytes
 * ```
 *
 * The bytes of a write must not change before they are taken; a link that gave them back too early is found out.
 */
export class Way {
  private readonly writes: Write[] = [];
  private readonly underWay: { bytes: Uint8Array; readonly at: number }[] = [];
  private underWayBytes = 0;
  private lastArrival = 0;
  private nextReadAt = 0;
  private takeTimer: Timer | undefined;
  private readTimer: Timer | undefined;
  private isEnding = false;
  private isPaused = false;
  /** Whether a read comes although reading was paused: its bytes were there already. */
  private isReadAhead = false;
  private isStopped = false;
  private isDeaf = false;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly faults: Faults,
    private readonly far: Far,
    /** Told whenever a write was taken. */
    private readonly taken: () => void,
  ) {}

  /** Whether all that was written has been taken. */
  get isTaken(): boolean {
    return this.writes.length === 0;
  }

  write(bytes: Uint8Array, written: () => void): void {
    const now = this.clock.now();
    const ms = this.between(this.faults.delayMs);
    const takenAt = now + this.random.next() * ms;
    this.writes.push({ bytes, written, digest: digestOf(bytes), takenAt, arrivesAt: now + ms });
    this.plan();
  }

  /** Nothing is written any more; the far end is told behind the last byte. */
  end(): void {
    this.isEnding = true;
    this.plan();
  }

  /** Nothing is read for so long. */
  stall(ms: number): void {
    this.nextReadAt = Math.max(this.nextReadAt, this.clock.now() + ms);
    this.readTimer?.cancel();
    this.readTimer = undefined;
    this.plan();
  }

  /** The far end reads no more; but it may have read something already. */
  pause(): void {
    this.isPaused = true;
    this.isReadAhead = this.random.chance(0.3);
  }

  resume(): void {
    this.isPaused = false;
    this.plan();
  }

  /** Nothing more is taken: what is under way still arrives, what was written goes nowhere. */
  stop(): void {
    this.isStopped = true;
    this.takeTimer?.cancel();
  }

  /** Nobody reads any more: what is under way is lost, and what is written is taken and lost. */
  deafen(): void {
    this.isDeaf = true;
    this.readTimer?.cancel();
    this.underWay.length = this.underWayBytes = 0;
    this.plan();
  }

  /** Gives back what was written and not taken, which may not have changed so far; `tells` whether its writer is told. */
  letGo(tells: boolean): void {
    const writes = this.writes.splice(0);
    for (const write of writes) check(write);
    if (tells) for (const { written } of writes) written();
  }

  private plan(): void {
    const { clock } = this;
    const [write] = this.writes;
    if (write && !this.isStopped && !this.takeTimer && this.underWayBytes < this.faults.bufferBytes) {
      this.takeTimer = clock.after(write.takenAt - clock.now(), () => this.take());
    }
    if (this.readTimer || this.isDeaf || (this.isPaused && !this.isReadAhead)) return;
    const at =
      this.underWay[0]?.at ?? (this.isEnding && (this.isTaken || this.isStopped) ? this.lastArrival : Infinity);
    if (at < Infinity) this.readTimer = clock.after(Math.max(at, this.nextReadAt) - clock.now(), () => this.read());
  }

  private take(): void {
    this.takeTimer = undefined;
    const write = this.writes.shift()!;
    check(write);
    const { bytes, written, arrivesAt } = write;
    const copy = bytes.slice();
    this.lastArrival = Math.max(this.lastArrival, arrivesAt, this.clock.now());
    if (!this.isDeaf) this.underWay.push({ bytes: copy, at: this.lastArrival });
    if (!this.isDeaf) this.underWayBytes += copy.length;
    written();
    this.plan();
    this.taken();
  }

  private read(): void {
    this.readTimer = undefined;
    this.isReadAhead = false;
    if (this.underWay.length === 0) {
      this.isDeaf = true;
      return this.far.ended();
    }
    const bytes = this.collect(Math.ceil(this.between(this.faults.readBytes)));
    this.nextReadAt = this.clock.now() + (bytes.length / this.faults.bytesPerSecond) * 1000;
    if (this.random.chance(this.faults.corruption)) {
      bytes[this.random.int(0, bytes.length - 1)] ^= 1 << this.random.int(0, 7);
    }
    this.far.deliver(bytes);
    this.plan();
  }

  /** At most `most` of the bytes that have arrived, and at least one. */
  private collect(most: number): Uint8Array {
    const now = this.clock.now();
    const parts: Uint8Array[] = [];
    let left = most;
    while (left > 0 && this.underWay.length > 0 && this.underWay[0].at <= now) {
      const first = this.underWay[0];
      const part = first.bytes.subarray(0, left);
      parts.push(part);
      left -= part.length;
      first.bytes = first.bytes.subarray(part.length);
      if (first.bytes.length === 0) this.underWay.shift();
    }
    this.underWayBytes -= most - left;
    return joined(parts, most - left);
  }

  private between([least, most]: readonly [number, number]): number {
    return least + this.random.next() * (most - least);
  }
}

function check({ bytes, digest }: Write): void {
  if (digestOf(bytes) !== digest) throw new MillraceError("internal", "bytes changed between write() and written()");
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function digestOf(bytes: Uint8Array): string {
  const digest = new Digest();
  digest.bytes(bytes);
  return digest.value;
}
