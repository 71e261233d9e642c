/** One measurement: after so many of something there was so much. */
export interface Sample {
  readonly count: number;
  readonly bytes: number;
}

/** By how many bytes each one adds, by least squares over the samples: 0 when nothing stays behind. */
export function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const count = mean((one) => one.count);
  const bytes = mean((one) => one.bytes);
  const rise = mean((one) => (one.count - count) * (one.bytes - bytes));
  return rise / mean((one) => (one.count - count) ** 2);
}
