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

// Every field counts, so that all of them are read.

export function sumOfQuote(quote: QuoteLike): number {
  let sum = quote.symbol.length + (quote.currency?.length ?? 0) + Number(quote.time);
  sum += quote.bid + quote.ask + quote.sequence + Number(quote.halted);
  for (const { price, size, orders } of quote.levels ?? []) sum += price + size + orders;
  return sum;
}

export function sumOfDirectory({ path, entries }: DirectoryLike): number {
  let sum = path?.length ?? 0;
  for (const { name, size, modified, mode, hash } of entries ?? []) {
    sum += (name?.length ?? 0) + Number(size) + Number(modified) + mode + sumOfNumbers(hash ?? []);
  }
  return sum;
}

export function sumOfSeries({ name, values }: SeriesLike): number {
  return (name?.length ?? 0) + sumOfNumbers(values ?? []);
}

export function sumOfNumbers(numbers: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}
