/** One thing that takes too long for every commit. */
export interface Part {
  readonly name: string;
  /** What it does, with the numbers at scale 1. */
  readonly about: string;
  /**
   * Does it.
   * @param scale how much of it, 1 for all.
   * @param from a folder of inputs, for parts that take one.
   * @returns what was measured, in a line; rejects when it is not as it must be.
   */
  run(scale: number, from?: string): Promise<string>;
}

/** Rejects a measurement; the message says which. */
export function must(isWell: boolean, what: string): void {
  if (!isWell) throw new Error(what);
}
