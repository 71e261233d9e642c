import type { ByteBuffer } from "flatbuffers";

// What flatc writes for book.fbs, and sums over all of it, as in sums.ts.

class Accessor {
  constructor(
    protected readonly bb: ByteBuffer,
    protected pos: number,
  ) {}

  /** Goes on to another item of a list, as flatc's own code can. */
  move(pos: number): this {
    this.pos = pos;
    return this;
  }

  protected text(entry: number): string {
    const offset = this.bb.__offset(this.pos, entry);
    return offset === 0 ? "" : String(this.bb.__string(this.pos + offset));
  }

  protected length(entry: number): number {
    const offset = this.bb.__offset(this.pos, entry);
    return offset === 0 ? 0 : this.bb.__vector_len(this.pos + offset);
  }

  protected float64(entry: number): number {
    const offset = this.bb.__offset(this.pos, entry);
    return offset === 0 ? 0 : this.bb.readFloat64(this.pos + offset);
  }

  protected int64(entry: number): bigint {
    const offset = this.bb.__offset(this.pos, entry);
    return offset === 0 ? 0n : this.bb.readInt64(this.pos + offset);
  }
}

class Level extends Accessor {
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

class Quote extends Accessor {
  symbol(): string {
    return this.text(4);
  }

  currency(): string {
    return this.text(6);
  }

  time(): bigint {
    return this.int64(8);
  }

  bid(): number {
    return this.float64(10);
  }

  ask(): number {
    return this.float64(12);
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
    return this.length(18);
  }
}

class Entry extends Accessor {
  name(): string {
    return this.text(4);
  }

  size(): bigint {
    return this.int64(6);
  }

  modified(): bigint {
    return this.int64(8);
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
    return this.length(12);
  }
}

class Directory extends Accessor {
  path(): string {
    return this.text(4);
  }

  entries(index: number, into: Entry): Entry {
    const offset = this.bb.__offset(this.pos, 6);
    return into.move(this.bb.__indirect(this.bb.__vector(this.pos + offset) + index * 4));
  }

  entriesLength(): number {
    return this.length(6);
  }
}

class Series extends Accessor {
  name(): string {
    return this.text(4);
  }

  values(index: number): number {
    const offset = this.bb.__offset(this.pos, 6);
    return offset === 0 ? 0 : this.bb.readFloat64(this.bb.__vector(this.pos + offset) + index * 8);
  }

  valuesLength(): number {
    return this.length(6);
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
