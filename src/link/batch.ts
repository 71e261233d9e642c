import { Page } from "../bytes/page.js";
import type { SlabPool } from "../bytes/slab.js";
import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import { HEADER_BYTES, type Kind, padded, writeHeader } from "../frame/header.js";
import { FIRST_FRAME_BYTES } from "./limits.js";
import type { Transport } from "./transport.js";

const PAGE_BYTES = 64 * 1024;
/** A page with less room than this is sent as it is, rather than risk encoding a message twice. */
const LEAST_ROOM_BYTES = 512;

/**
 * The frames of one turn, encoded one behind the other into pages and sent with one write each.
 * A page goes back to the pool when the socket is done with it, so that an idle link holds none.
 */
export class Batch {
  /** The longest frame that the peer accepts. */
  maxFrameBytes = FIRST_FRAME_BYTES;
  /** Bytes handed to the socket that it has not finished. */
  writingBytes = 0;
  sentBytes = 0;
  sentFrames = 0;
  private page: Page | undefined;
  private scheduled = false;
  /** The pages of the writes under way, oldest first, and how many bytes each write has. */
  private readonly writes: Page[] = [];
  private readonly writeSizes: number[] = [];
  private readonly flushSoon = () => this.flush();
  private readonly written = () => this.finishWrite();

  /** @param progressed called whenever the socket has finished a write. */
  constructor(
    private readonly transport: Transport,
    private readonly pool: SlabPool,
    private readonly schedule: (flush: () => void) => void,
    private readonly progressed: () => void,
  ) {}

  /** Bytes committed that the socket has not finished. */
  get unsentBytes(): number {
    return this.writingBytes + (this.page?.pending ?? 0);
  }

  /** Length of the claimed frame as it is now. */
  get claimedBytes(): number {
    return this.page?.claimed ?? 0;
  }

  /** A cursor for the extension and payload of the next frame. A claim that is not committed leaves no trace. */
  claim(): Writer {
    if (!this.scheduled) {
      this.scheduled = true;
      this.schedule(this.flushSoon);
    }
    const page = this.page && this.page.room >= LEAST_ROOM_BYTES ? this.page : this.turnPage(PAGE_BYTES);
    return page.claim(HEADER_BYTES);
  }

  /**
   * Puts the header before what was written since the claim, and the frame into the batch. Returns `false` when it did
   * not fit: a page that is large enough is there now, and the caller claims and encodes once more.
   * Throws `resource_exhausted` when the peer would not accept so long a frame. `ext` is in words of 8 bytes.
   */
  commit(kind: Kind, flags: number, ext: number, stream: number, aux: number): boolean {
    const page = this.page!;
    const length = page.claimed;
    if (length > this.maxFrameBytes) throw tooLong(length, this.maxFrameBytes);
    if (length > page.room) {
      this.turnPage(length);
      return false;
    }
    writeHeader(page.slab.view, page.start, length, kind, flags, ext, stream, aux);
    page.commit();
    this.sentFrames++;
    return true;
  }

  /** Hands what is committed to the socket now. */
  flush(): void {
    this.scheduled = false;
    if (this.page) this.push(this.page);
  }

  /** Gives back all pages; for a transport that is closed. */
  release(): void {
    const pages = new Set(this.writes);
    if (this.page) pages.add(this.page);
    this.page = undefined;
    this.writes.length = 0;
    this.writeSizes.length = 0;
    this.writingBytes = 0;
    for (const page of pages) this.pool.release(page.slab);
  }

  private turnPage(leastBytes: number): Page {
    const full = this.page;
    const page = new Page(this.pool.lease(Math.max(PAGE_BYTES, padded(leastBytes))));
    this.page = page;
    if (full) this.push(full);
    return page;
  }

  private push(page: Page): void {
    if (page.pending === 0) return this.dropIfDone(page);
    const bytes = page.take();
    this.writes.push(page);
    this.writeSizes.push(bytes.length);
    this.writingBytes += bytes.length;
    this.sentBytes += bytes.length;
    this.transport.write(bytes, this.written);
  }

  private finishWrite(): void {
    const page = this.writes.shift();
    if (!page) return;
    this.writingBytes -= this.writeSizes.shift()!;
    page.writing--;
    this.dropIfDone(page);
    this.progressed();
  }

  private dropIfDone(page: Page): void {
    if (page.writing > 0 || page.pending > 0) return;
    if (page === this.page) this.page = undefined;
    this.pool.release(page.slab);
  }
}

function tooLong(length: number, limit: number): MillraceError {
  return new MillraceError(
    "resource_exhausted",
    `the message makes a frame of ${length} bytes, the peer accepts ${limit}: send it in parts or raise maxFrameBytes there`,
  );
}
