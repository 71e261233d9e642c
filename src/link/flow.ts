/** The first bytes of a stream, each way, need no credit of the link, so that a stalled link lets small calls through. */
export const FREE_BYTES = 16 * 1024;

/** A frame may be sent while there is any credit left; the last one may overdraw it by so much. */
export const OVERDRAW_BYTES = 16 * 1024;

/**
 * What a receiver lets its peer send, in totals mod 2³² that only grow, so that a lost CREDIT is healed by the next:
 *
 * ```
 *   0        consumed        received          granted = consumed + size
 *   |########|===============|·················|
 *     done     waits here      may still come
 * ```
 *
 * The window grows when it, and not the reader, is what holds the sender back: when the sender has used up its credit, and
 * the reader then consumes all there is.
 */
export class ReceiveWindow {
  /** Up to which total the peer may send. */
  granted: number;
  private received = 0;
  private consumed = 0;
  private wasUsedUp = false;

  constructor(
    private size: number,
    private readonly maxSize: number,
  ) {
    this.granted = size;
  }

  /** Bytes that have come and are not consumed. */
  get waiting(): number {
    return (this.received - this.consumed) | 0;
  }

  /** Notes that bytes have come; `false` when the sender had no right to send them. */
  take(bytes: number): boolean {
    this.received = (this.received + bytes) | 0;
    const left = (this.granted - this.received) | 0;
    if (left <= 0) this.wasUsedUp = true;
    return left >= -OVERDRAW_BYTES;
  }

  /** Notes that bytes were consumed; `true` when it is time to tell the sender what is `granted` now. */
  consume(bytes: number): boolean {
    this.consumed = (this.consumed + bytes) | 0;
    if (this.wasUsedUp && this.consumed === this.received) {
      this.wasUsedUp = false;
      this.size = Math.min(this.size * 2, this.maxSize);
    }
    const target = (this.consumed + this.size) | 0;
    if (((target - this.granted) | 0) < this.size / 2) return false;
    this.granted = target;
    return true;
  }

  /** Makes sure that so many more bytes may come; `true` when the sender must be told. */
  reserve(bytes: number): boolean {
    const target = (this.received + bytes) | 0;
    if (((target - this.granted) | 0) <= 0) return false;
    this.granted = target;
    return true;
  }
}

/** What a sender may send, in the same totals. */
export class SendWindow {
  /** Bytes sent so far. */
  sent = 0;

  /** @param granted up to which total the peer lets this side send. */
  constructor(public granted: number) {}

  /** Notes that bytes have gone out. */
  take(bytes: number): void {
    this.sent = (this.sent + bytes) | 0;
  }

  /** How much more may be sent; 0 or less means: wait. */
  get credit(): number {
    return (this.granted - this.sent) | 0;
  }
}
