import { Page } from "../bytes/page.js";
import type { Slab, SlabPool } from "../bytes/slab.js";
import type { Writer } from "../bytes/writer.js";
import type * as Kind from "../frame/kind.js";
import { HEADER_BYTES, padded, writeHeader } from "../frame/header.js";
import type { Transport } from "./transport.js";

const PAGE_BYTES = 64 * 1024;
/** A page with less room than this is sent as it is, rather than risk encoding a message twice. */
const LEAST_ROOM_BYTES = 512;
/** So much is sent at once, without waiting for the turn to end, so that the peer works while this side does. */
export const EAGER_BYTES = 8 * 1024;
/** Copying so little costs less than a write of its own. */
export const COPIED_BYTES = 16 * 1024;

/** What a frame's header says, but for lengths. */
export interface Head {
  readonly kind: Kind.Any;
  readonly flags: number;
  readonly stream: number;
  readonly aux: number;
}

/** Bytes handed to the socket: a page of our own, or bytes on loan and whom to tell. */
interface Write {
  readonly owner: Page | (() => void);
  readonly bytes: number;
  /** Of these, what the peer made this side say. */
  readonly answerBytes: number;
}

/**
 * The frames of one turn, encoded one behind the other into pages and sent with one write each.
 * A page goes back to the pool when the socket is done with it, so that an idle link holds none.
 */
export class Batch {
  /** Bytes handed to the socket that it has not finished. */
  writingBytes = 0;
  /** Bytes of answers that the socket has not finished. */
  answerBytes = 0;
  sentBytes = 0;
  sentFrames = 0;
  /** What frames are committed to now. */
  page: Page | undefined;
  private scheduled = false;
  /** What is being written, oldest first. */
  private readonly writes: Write[] = [];
  /** Of `answerBytes`, those not handed to the socket. */
  private pendingAnswerBytes = 0;
  private readonly flushSoon = () => this.flush();
  /** To be called when the socket is done with the oldest of what it was handed. */
  readonly written = () => {
    if (this.writes.length === 0) return;
    this.finishOldest();
    this.host.progressed();
  };

  /** @param host told whenever the socket has finished a write. */
  constructor(
    readonly transport: Transport,
    private readonly pool: SlabPool,
    private readonly schedule: (flush: () => void) => void,
    private readonly host: { progressed(): void },
  ) {}

  /** Bytes committed that the socket has not finished. */
  get unsentBytes(): number {
    return this.writingBytes + (this.page?.pending ?? 0);
  }

  /** Length of the claimed frame as it is now. */
  get claimedBytes(): number {
    return this.page?.claimed ?? 0;
  }

  /**
   * Takes the claimed content (extension and payload, which fit) out of the batch, into a slab that is the caller's to
   * release: the page itself when it is all there is in it, else a copy. Up to 8 zeros follow the content.
   */
  detach(): { slab: Slab; start: number; end: number } {
    const page = this.page!;
    if (page.start === 0 && page.claimed > page.slab.bytes.length / 2) {
      const end = page.claimed;
      page.slab.bytes.fill(0, end, padded(end));
      this.page = undefined;
      return { slab: page.slab, start: HEADER_BYTES, end };
    }
    const content = page.slab.bytes.subarray(page.start + HEADER_BYTES, page.start + page.claimed);
    const slab = this.pool.leaseFor(padded(content.length));
    slab.bytes.set(content);
    slab.bytes.fill(0, content.length, padded(content.length));
    page.unclaim();
    return { slab, start: 0, end: content.length };
  }

  /**
   * A cursor for the extension and payload of the next frame, with room for at least so many bytes and the header.
   * A claim that is not committed leaves no trace.
   */
  claim(leastBytes = LEAST_ROOM_BYTES): Writer {
    if (!this.scheduled) {
      this.scheduled = true;
      this.schedule(this.flushSoon);
    }
    const page =
      this.page && this.page.room >= leastBytes + HEADER_BYTES ? this.page : this.turnPage(leastBytes + HEADER_BYTES);
    return page.claim(HEADER_BYTES);
  }

  /** Makes sure that the claimed frame fits; `false` when it did not, and must be claimed and encoded once more. */
  fit(): boolean {
    const page = this.page!;
    if (page.claimed <= page.room) return true;
    this.turnPage(page.claimed);
    return false;
  }

  /**
   * Puts the header before what was written since the claim, and the frame into the batch. Returns `false` when it did
   * not fit: a page that is large enough is there now, and the caller claims and encodes once more.
   * `ext` is in words of 8 bytes.
   */
  commit(kind: Kind.Any, flags: number, ext: number, stream: number, aux: number): boolean {
    if (!this.fit()) return false;
    const page = this.page!;
    writeHeader(page.slab.view, page.start, page.claimed, kind, flags, ext, stream, aux);
    page.commit();
    this.sentFrames++;
    if (page.pending >= EAGER_BYTES) this.push(page);
    return true;
  }

  /**
   * Sends a frame whose payload stays where it is: `payload` is borrowed until `done` is called, and followed by zeros up
   * to a multiple of 8. What was written since the claim is its extension.
   */
  commitLent(head: Head, ext: number, payload: Uint8Array, done: () => void): void {
    const page = this.page!;
    writeHeader(
      page.slab.view,
      page.start,
      page.claimed + payload.length,
      head.kind,
      head.flags,
      ext,
      head.stream,
      head.aux,
    );
    page.commit();
    this.sentFrames++;
    this.push(page);
    this.write(new Uint8Array(payload.buffer, payload.byteOffset, padded(payload.length)), done);
  }

  /** Notes that so many bytes of what is committed next are an answer, to something that the peer sent. */
  answers(bytes: number): void {
    this.answerBytes += bytes;
    this.pendingAnswerBytes += bytes;
  }

  /** Hands what is committed to the socket now. */
  flush(): void {
    this.scheduled = false;
    if (this.page) this.push(this.page);
  }

  /** Gives back all pages and loans; for a transport that is closed. */
  release(): void {
    const owners = new Set(this.writes.map(({ owner }) => owner));
    if (this.page) owners.add(this.page);
    this.page = undefined;
    this.writes.length = this.writingBytes = this.answerBytes = this.pendingAnswerBytes = 0;
    for (const owner of owners) {
      if (typeof owner === "function") owner();
      else this.pool.release(owner.slab);
    }
  }

  private turnPage(leastBytes: number): Page {
    const full = this.page;
    const page = new Page(this.pool.lease(Math.max(PAGE_BYTES, padded(leastBytes))));
    this.page = page;
    if (full) this.push(full);
    return page;
  }

  private push(page: Page): void {
    if (page.pending > 0) this.write(page.take(), page);
    else this.dropIfDone(page);
  }

  private write(bytes: Uint8Array, owner: Page | (() => void)): void {
    this.count(bytes.length, owner);
    this.transport.write(bytes, this.written);
  }

  /** Notes that so many bytes are handed to the socket. */
  count(bytes: number, owner: Page | (() => void)): void {
    this.writes.push({ owner, bytes, answerBytes: this.pendingAnswerBytes });
    this.pendingAnswerBytes = 0;
    this.writingBytes += bytes;
    this.sentBytes += bytes;
  }

  private finishOldest(): void {
    const { owner, bytes, answerBytes } = this.writes.shift()!;
    this.writingBytes -= bytes;
    this.answerBytes -= answerBytes;
    if (typeof owner === "function") return owner();
    owner.writing--;
    this.dropIfDone(owner);
  }

  private dropIfDone(page: Page): void {
    if (page.writing > 0 || page.pending > 0) return;
    if (page === this.page) this.page = undefined;
    this.pool.release(page.slab);
  }
}
