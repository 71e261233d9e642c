/** A 64-bit integer as a contender gives it. */
type Wide = bigint | number;

interface QuoteLike {
  readonly symbol: string;
  readonly currency?: string | null | undefined;
  readonly time: Wide;
  readonly bid: number;
  readonly ask: number;
  readonly sequence: number;
  readonly halted: boolean;
  readonly levels?: Iterable<{ readonly price: number; readonly size: number; readonly orders: number }> | undefined;
}

interface DirectoryLike {
  readonly path?: string | undefined;
  readonly entries?: Iterable<EntryLike> | undefined;
}

interface EntryLike {
  readonly name?: string | undefined;
  readonly size: Wide;
  readonly modified: Wide;
  readonly mode: number;
  readonly hash?: ArrayLike<number> | undefined;
}

interface SeriesLike {
  readonly name?: string | undefined;
  readonly values?: ArrayLike<number> | undefined;
}

// Every field counts, so that all of them are read. For plain objects, of at most four shapes: more, and V8 gives up on them.

function quote(value: QuoteLike): number {
  let sum = value.symbol.length + (value.currency?.length ?? 0) + Number(value.time);
  sum += value.bid + value.ask + value.sequence + Number(value.halted);
  for (const { price, size, orders } of value.levels ?? []) sum += price + size + orders;
  return sum;
}

function directory({ path, entries }: DirectoryLike): number {
  let sum = path?.length ?? 0;
  for (const { name, size, modified, mode, hash } of entries ?? []) {
    sum += (name?.length ?? 0) + Number(size) + Number(modified) + mode + numbers(hash ?? []);
  }
  return sum;
}

function series({ name, values }: SeriesLike): number {
  return (name?.length ?? 0) + numbers(values ?? []);
}

function numbers(list: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < list.length; i++) sum += list[i];
  return sum;
}

/** What sums up all fields of a value, by the kind of its row. */
export const sums = { quote, directory, series } as const;
