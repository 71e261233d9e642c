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

/** Functions that sum up all fields of a value, so that all of them are read. */
export interface Sums {
  readonly quote: (value: QuoteLike) => number;
  readonly directory: (value: DirectoryLike) => number;
  readonly series: (value: SeriesLike) => number;
}

/**
 * Makes the functions anew: what V8 learns of the objects that a function is given it keeps for each closure, so that no
 * contender pays for the shapes of another's objects.
 */
export function makeSums(): Sums {
  const numbers = (list: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < list.length; i++) sum += list[i];
    return sum;
  };
  return {
    quote(quote) {
      let sum = quote.symbol.length + (quote.currency?.length ?? 0) + Number(quote.time);
      sum += quote.bid + quote.ask + quote.sequence + Number(quote.halted);
      for (const { price, size, orders } of quote.levels ?? []) sum += price + size + orders;
      return sum;
    },
    directory({ path, entries }) {
      let sum = path?.length ?? 0;
      for (const { name, size, modified, mode, hash } of entries ?? []) {
        sum += (name?.length ?? 0) + Number(size) + Number(modified) + mode + numbers(hash ?? []);
      }
      return sum;
    },
    series: ({ name, values }) => (name?.length ?? 0) + numbers(values ?? []),
  };
}
