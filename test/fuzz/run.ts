import { collected } from "../support/gauges.js";
import type { Driver } from "./driver.js";
import { describeFinding } from "./finding.js";
import type { Breeder } from "./mutant.js";

/** Which mutants to play: each `step`th from `from` on, below `to`, until the time is up. */
export interface Share {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** In milliseconds since 1970. */
  readonly endsAt: number;
}

/** After so many mutants all code is compiled and all caches are filled. */
const WARM_AFTER = 5000;
/** By so much may the heap grow afterwards. */
const MOST_GROWTH_BYTES = 8 * 1024 * 1024;

/** Plays mutants until one is found at fault. Returns the finding, or `undefined` when all was well. */
export async function playAll(
  breeder: Breeder,
  driver: Pick<Driver, "drive">,
  { seed, from, to, step, endsAt }: Share,
  begins: (mutant: number) => void = () => {},
): Promise<string | undefined> {
  let played = 0;
  let warmBytes = Infinity;
  for (let number = from; number < to && Date.now() < endsAt; number += step) {
    begins(number);
    const mutant = breeder.mutant(number);
    const faults = await driver.drive(mutant);
    if (faults.length > 0) return describeFinding(seed, mutant, faults);
    if (++played === WARM_AFTER) warmBytes = (await collected()).heapUsed;
  }
  const grown = (await collected()).heapUsed - warmBytes;
  return grown > MOST_GROWTH_BYTES ? `--seed ${seed}: the heap grew by ${grown} bytes` : undefined;
}
