import { LoadError } from "../../load-error.js";

/** A buffer that is being read, with what may still be read of it. */
class Source {
  readonly data: DataView;
  readonly texts = new Map<number, string>();
  /**
   * Items and characters that are left. A buffer that was written in earnest has room of its own for each, so that it
   * never comes to an end; one whose lists lie over one another does, before reading it takes forever.
   */
  left: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly file: string,
  ) {
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = 2 * bytes.byteLength;
  }

  take(count: number): void {
    this.left -= count;
    if (this.left < 0) this.fail("its parts lie over one another");
  }

  fail(why: string): never {
    throw new LoadError(`${this.file} is not a FlatBuffers schema: ${why}`);
  }
}

/**
 * A table of a FlatBuffers buffer, whose fields are read by their slots. A read outside of the buffer throws the
 * `RangeError` of `DataView`.
 */
export class View {
  readonly #source: Source;
  readonly #start: number;
  readonly #vtable: number;

  private constructor(source: Source, start: number) {
    this.#source = source;
    this.#start = start;
    this.#vtable = start - source.data.getInt32(start, true);
  }

  /** The root of a buffer with these four characters at its offset 4. Throws a `LoadError` without them. */
  static root(bytes: Uint8Array, identifier: string, file: string): View {
    const source = new Source(bytes, file);
    const found = String.fromCharCode(...bytes.subarray(4, 8));
    if (found !== identifier) source.fail(`it does not have ${identifier} at its fifth byte`);
    return new View(source, source.data.getUint32(0, true));
  }

  /** Throws a `LoadError` that says why this cannot be read. */
  fail(why: string): never {
    return this.#source.fail(why);
  }

  bool(slot: number): boolean {
    const at = this.#at(slot);
    return at !== undefined && this.#source.data.getUint8(at) !== 0;
  }

  int8(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : this.#source.data.getInt8(at);
  }

  uint16(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : this.#source.data.getUint16(at, true);
  }

  int32(slot: number, missing = 0): number {
    const at = this.#at(slot);
    return at === undefined ? missing : this.#source.data.getInt32(at, true);
  }

  int64(slot: number): bigint {
    const at = this.#at(slot);
    return at === undefined ? 0n : this.#source.data.getBigInt64(at, true);
  }

  float64(slot: number): number {
    const at = this.#at(slot);
    return at === undefined ? 0 : this.#source.data.getFloat64(at, true);
  }

  table(slot: number): View | undefined {
    const at = this.#at(slot);
    return at === undefined ? undefined : new View(this.#source, this.#follow(at));
  }

  text(slot: number): string | undefined {
    const at = this.#at(slot);
    return at === undefined ? undefined : this.#text(this.#follow(at));
  }

  tables(slot: number): View[] {
    return this.#items(slot).map((at) => new View(this.#source, at));
  }

  texts(slot: number): string[] {
    return this.#items(slot).map((at) => this.#text(at));
  }

  #at(slot: number): number | undefined {
    const { data } = this.#source;
    const entry = 4 + 2 * slot;
    if (entry + 2 > data.getUint16(this.#vtable, true)) return undefined;
    const offset = data.getUint16(this.#vtable + entry, true);
    return offset === 0 ? undefined : this.#start + offset;
  }

  #follow(at: number): number {
    return at + this.#source.data.getUint32(at, true);
  }

  /** Where the items of a list of offsets lead. */
  #items(slot: number): number[] {
    const at = this.#at(slot);
    if (at === undefined) return [];
    const start = this.#follow(at);
    const length = this.#source.data.getUint32(start, true);
    this.#source.take(length);
    return Array.from({ length }, (_, i) => this.#follow(start + 4 + 4 * i));
  }

  #text(start: number): string {
    const { data, bytes, texts } = this.#source;
    const known = texts.get(start);
    if (known !== undefined) return known;
    const length = data.getUint32(start, true);
    this.#source.take(length);
    const end = start + 4 + length;
    if (end > bytes.length) throw new RangeError("text goes on behind the end");
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start + 4, end));
    texts.set(start, text);
    return text;
  }
}
