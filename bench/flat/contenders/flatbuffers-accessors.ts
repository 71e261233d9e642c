import type { ByteBuffer } from "flatbuffers";

// What flatc writes for book.fbs, and sums over all of it, as in sums.ts.

function text(bb: ByteBuffer, pos: number, entry: number): string {
  const offset = bb.__offset(pos, entry);
  return offset === 0 ? "" : String(bb.__string(pos + offset));
}

function lengthOf(bb: ByteBuffer, pos: number, entry: number): number {
  const offset = bb.__offset(pos, entry);
  return offset === 0 ? 0 : bb.__vector_len(pos + offset);
}

function float64(bb: ByteBuffer, pos: number, entry: number): number {
  const offset = bb.__offset(pos, entry);
  return offset === 0 ? 0 : bb.readFloat64(pos + offset);
}

function int64(bb: ByteBuffer, pos: number, entry: number): bigint {
  const offset = bb.__offset(pos, entry);
  return offset === 0 ? 0n : bb.readInt64(pos + offset);
}

class Level {
  constructor(
    private readonly bb: ByteBuffer,
    private pos: number,
  ) {}

  /** Goes on to another item of a list, as flatc's own code can. */
  move(pos: number): this {
    this.pos = pos;
    return this;
  }

  price(): number {
    return this.bb.readFloat64(this.pos);
  }

  size(): number {
    return this.bb.readFloat64(this.pos + 8);
  }

  orders(): number {
    return this.bb.readUint32(this.pos + 16);
  }
}

class Quote {
  constructor(
    private readonly bb: ByteBuffer,
    private readonly pos: number,
  ) {}

  symbol(): string {
    return text(this.bb, this.pos, 4);
  }

  currency(): string {
    return text(this.bb, this.pos, 6);
  }

  time(): bigint {
    return int64(this.bb, this.pos, 8);
  }

  bid(): number {
    return float64(this.bb, this.pos, 10);
  }

  ask(): number {
    return float64(this.bb, this.pos, 12);
  }

  sequence(): number {
    const offset = this.bb.__offset(this.pos, 14);
    return offset === 0 ? 0 : this.bb.readUint32(this.pos + offset);
  }

  halted(): boolean {
    const offset = this.bb.__offset(this.pos, 16);
    return offset === 0 ? false : this.bb.readInt8(this.pos + offset) !== 0;
  }

  levels(index: number, into: Level): Level {
    const offset = this.bb.__offset(this.pos, 18);
    return into.move(this.bb.__vector(this.pos + offset) + index * 24);
  }

  levelsLength(): number {
    return lengthOf(this.bb, this.pos, 18);
  }
}

class Entry {
  constructor(
    private readonly bb: ByteBuffer,
    private pos: number,
  ) {}

  /** Goes on to another item of a list, as flatc's own code can. */
  move(pos: number): this {
    this.pos = pos;
    return this;
  }

  name(): string {
    return text(this.bb, this.pos, 4);
  }

  size(): bigint {
    return int64(this.bb, this.pos, 6);
  }

  modified(): bigint {
    return int64(this.bb, this.pos, 8);
  }

  mode(): number {
    const offset = this.bb.__offset(this.pos, 10);
    return offset === 0 ? 0 : this.bb.readUint16(this.pos + offset);
  }

  hash(index: number): number {
    const offset = this.bb.__offset(this.pos, 12);
    return offset === 0 ? 0 : this.bb.readUint8(this.bb.__vector(this.pos + offset) + index);
  }

  hashLength(): number {
    return lengthOf(this.bb, this.pos, 12);
  }
}

class Directory {
  constructor(
    private readonly bb: ByteBuffer,
    private readonly pos: number,
  ) {}

  path(): string {
    return text(this.bb, this.pos, 4);
  }

  entries(index: number, into: Entry): Entry {
    const offset = this.bb.__offset(this.pos, 6);
    return into.move(this.bb.__indirect(this.bb.__vector(this.pos + offset) + index * 4));
  }

  entriesLength(): number {
    return lengthOf(this.bb, this.pos, 6);
  }
}

class Series {
  constructor(
    private readonly bb: ByteBuffer,
    private readonly pos: number,
  ) {}

  name(): string {
    return text(this.bb, this.pos, 4);
  }

  values(index: number): number {
    const offset = this.bb.__offset(this.pos, 6);
    return offset === 0 ? 0 : this.bb.readFloat64(this.bb.__vector(this.pos + offset) + index * 8);
  }

  valuesLength(): number {
    return lengthOf(this.bb, this.pos, 6);
  }
}

function rootOf<T>(bb: ByteBuffer, type: new (bb: ByteBuffer, pos: number) => T): T {
  return new type(bb, bb.readInt32(bb.position()) + bb.position());
}

export function oneOfQuote(bb: ByteBuffer): number {
  return rootOf(bb, Quote).bid();
}

export function sumOfQuote(bb: ByteBuffer): number {
  const quote = rootOf(bb, Quote);
  let sum = quote.symbol().length + quote.currency().length + Number(quote.time());
  sum += quote.bid() + quote.ask() + quote.sequence() + Number(quote.halted());
  const level = new Level(bb, 0);
  for (let i = 0, length = quote.levelsLength(); i < length; i++) {
    quote.levels(i, level);
    sum += level.price() + level.size() + level.orders();
  }
  return sum;
}

export function oneOfDirectory(bb: ByteBuffer): number {
  const directory = rootOf(bb, Directory);
  return directory.entries(directory.entriesLength() - 1, new Entry(bb, 0)).mode();
}

export function sumOfDirectory(bb: ByteBuffer): number {
  const directory = rootOf(bb, Directory);
  let sum = directory.path().length;
  const entry = new Entry(bb, 0);
  for (let i = 0, length = directory.entriesLength(); i < length; i++) {
    directory.entries(i, entry);
    let hash = 0;
    for (let j = 0, end = entry.hashLength(); j < end; j++) hash += entry.hash(j);
    sum += entry.name().length + Number(entry.size()) + Number(entry.modified()) + entry.mode() + hash;
  }
  return sum;
}

export function oneOfSeries(bb: ByteBuffer): number {
  const series = rootOf(bb, Series);
  return series.values(series.valuesLength() - 1);
}

export function sumOfSeries(bb: ByteBuffer): number {
  const series = rootOf(bb, Series);
  let values = 0;
  for (let i = 0, length = series.valuesLength(); i < length; i++) values += series.values(i);
  return series.name().length + values;
}
