import type { Directory, Quote, Series } from "../../../schemas/gen/book.js";

// As in sums.ts, for readers: what V8 learns of the objects that a function is given it keeps for each function, so that
// nobody pays for the shapes of another's objects.

export function sumOfQuote(quote: Quote): number {
  let sum = quote.symbol.length + (quote.currency?.length ?? 0) + Number(quote.time);
  sum += quote.bid + quote.ask + quote.sequence + Number(quote.halted);
  for (const { price, size, orders } of quote.levels ?? []) sum += price + size + orders;
  return sum;
}

export function sumOfDirectory({ path, entries }: Directory): number {
  let sum = path?.length ?? 0;
  for (const { name, size, modified, mode, hash } of entries ?? []) {
    sum += (name?.length ?? 0) + Number(size) + Number(modified) + mode + sumOfBytes(hash ?? new Uint8Array(0));
  }
  return sum;
}

function sumOfBytes(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}

export function sumOfSeries({ name, values }: Series): number {
  const numbers = values ?? new Float64Array(0);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return (name?.length ?? 0) + sum;
}
