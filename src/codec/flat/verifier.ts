import { MillraceError } from "../../error.js";
import type { FlatBytes } from "./bytes.js";
import { badBuffer } from "./invalid.js";
import { MAX_DEPTH } from "./writer.js";

/** What any buffer may cost to verify, however short; one unit is a table, an item that an offset leads to, or 16 bytes of text. */
const BASE_COST = 16 * 1024;

/** What each byte may cost: parts of a buffer may be shared, each time as if they were there again. */
const COST_PER_BYTE = 4;

/** The shortest buffer has an offset to a table without fields, and a vtable that is not shared with the offset. */
const MIN_BYTES = 12;

/** What is looked at while a buffer is verified. */
export class Verifier {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The buffer is `[start, end)`; those inside others change both. */
  start: number;
  end: number;
  private depth = 0;
  private budget: number;

  constructor(
    { bytes, view, start, end }: FlatBytes,
    /** Whether text must be UTF-8 before it is read. */
    readonly utf8: boolean,
  ) {
    this.bytes = bytes;
    this.view = view;
    this.start = start;
    this.end = end;
    this.budget = BASE_COST + COST_PER_BYTE * (end - start);
  }

  /** Counts what somebody could be made to do again and again by few bytes. */
  charge(field: string, cost: number): void {
    if ((this.budget -= cost) < 0) exhausted(field);
  }

  /** Refuses unless `[at, at + size)` is in the buffer. */
  within(field: string, at: number, size: number): void {
    if (at < this.start || at + size > this.end) badBuffer(field, "runs past the end of the buffer");
  }

  /** Refuses unless `size` bytes at `at` are in the buffer, and aligned. */
  place(field: string, at: number, size: number, alignment: number): void {
    if (at < this.start || at + size > this.end) badBuffer(field, "runs past the end of the buffer");
    if (((at - this.start) & (alignment - 1)) !== 0) badBuffer(field, `is not aligned to ${alignment} bytes`);
  }

  /** Where the offset at `at` leads: ahead, and to at least one byte. */
  follow(field: string, at: number): number {
    this.place(field, at, 4, 4);
    const offset = this.view.getUint32(at, true);
    if (offset === 0 || offset > 0x7fff_ffff) badBuffer(field, `${offset} is no offset`);
    this.within(field, at + offset, 1);
    return at + offset;
  }

  /** The number of items of `size` bytes each in the list at `at`. */
  list(field: string, at: number, size: number): number {
    this.place(field, at, 4, 4);
    const length = this.view.getUint32(at, true);
    this.within(field, at + 4, length * size);
    return length;
  }

  /** The text at `at`, which a zero ends. */
  text(field: string, at: number): void {
    const length = this.list(field, at, 1);
    const end = at + 4 + length;
    this.within(field, end, 1);
    if (this.bytes[end] !== 0) badBuffer(field, "the string does not end in a zero");
    if (this.utf8) this.checkUtf8(field, at + 4, end);
  }

  private checkUtf8(field: string, start: number, end: number): void {
    this.charge(field, (end - start) / 16);
    try {
      utf8.decode(this.bytes.subarray(start, end));
    } catch {
      badBuffer(field, "the string is not valid UTF-8");
    }
  }

  /** The table at `at`, whose fields `verify` looks at. */
  table(field: string, at: number, verify: VerifyTable): void {
    this.charge(field, 1);
    if (++this.depth > MAX_DEPTH) badBuffer(field, `tables nest deeper than ${MAX_DEPTH}`);
    this.place(field, at, 4, 4);
    const vtable = at - this.view.getInt32(at, true);
    this.place(field, vtable, 2, 2);
    const size = this.view.getUint16(vtable, true);
    if (size < 4 || size % 2 !== 0) badBuffer(field, `a vtable cannot take ${size} bytes`);
    this.within(field, vtable, size);
    verify(this, at);
    this.depth--;
  }

  /** The buffer in `[start, end)`, of whose root `verify` looks at the fields. */
  buffer(field: string, start: number, end: number, identifier: string | undefined, verify: VerifyTable): void {
    const [outerStart, outerEnd] = [this.start, this.end];
    this.start = start;
    this.end = end;
    const root = this.follow(field, start);
    this.within(field, start, MIN_BYTES);
    if (identifier !== undefined) this.identifier(field, identifier);
    this.table(field, root, verify);
    this.start = outerStart;
    this.end = outerEnd;
  }

  private identifier(field: string, expected: string): void {
    this.within(field, this.start + 4, 4);
    const found = String.fromCharCode(...this.bytes.subarray(this.start + 4, this.start + 8));
    if (found !== expected) {
      badBuffer(
        field,
        `its identifier is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}: it is of another schema`,
      );
    }
  }
}

/** Checks the fields of the table at `at`, which has a sound vtable. */
export type VerifyTable = (v: Verifier, at: number) => void;

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

function exhausted(field: string): never {
  throw new MillraceError(
    "resource_exhausted",
    `${field}: parts of the buffer are shared so often that reading it would take too long: share fewer tables and lists`,
  );
}
