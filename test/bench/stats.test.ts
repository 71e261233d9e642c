import { describe, expect, test } from "vitest";
import { geometricMean, median, spread, summarize } from "../../bench/stats.js";

describe("the statistics of the benches", () => {
  test("the median of an odd number of values is the one in the middle", () => {
    expect(median([10, 1, 9])).toBe(9);
  });

  test("the median of an even number of values is the mean of the two in the middle", () => {
    expect(median([4, 100, 1, 2])).toBe(3);
  });

  test("values are compared as numbers and left in their order", () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  test("no values have no median", () => {
    expect(() => median([])).toThrow(RangeError);
  });

  test("the geometric mean of twice as good and half as good is the same", () => {
    expect(geometricMean([2, 0.5])).toBeCloseTo(1);
    expect(geometricMean([1, 9])).toBeCloseTo(3);
    expect(() => geometricMean([])).toThrow(RangeError);
  });

  test("a summary holds the median, the least and the greatest", () => {
    expect(summarize([5, 3, 8])).toEqual({ median: 5, min: 3, max: 8 });
  });

  test("the spread is half the range as a share of the median", () => {
    expect(spread({ median: 100, min: 90, max: 110 })).toBeCloseTo(0.1);
    expect(spread({ median: 0, min: 0, max: 0 })).toBe(0);
  });
});
