import { MillraceError } from "millrace";

/** The recorded prices, in the form that one language has for them. */
export class Tape<T extends { readonly symbol: string }> {
  readonly #newest: ReadonlyMap<string, T>;

  constructor(private readonly records: readonly T[]) {
    this.#newest = new Map(records.map((record) => [record.symbol, record]));
  }

  /** Throws `not_found` for a symbol without a price. */
  newest(symbol: string): T {
    const record = this.#newest.get(symbol);
    if (record === undefined) throw new MillraceError("not_found", `no price of "${symbol}" is recorded`);
    return record;
  }

  /** The last `limit` prices of a symbol, oldest first; of every symbol for "", and all of them for 0. */
  history(symbol: string, limit: number): readonly T[] {
    const wanted = symbol === "" ? this.records : this.records.filter((record) => record.symbol === symbol);
    return limit === 0 ? wanted : wanted.slice(-limit);
  }
}
