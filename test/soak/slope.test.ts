import { expect, test } from "vitest";
import { slope } from "./slope.js";

test("the slope is what each one adds, however much there was before and however uneven it came", () => {
  const counts = [100, 200, 300, 400];
  expect(slope(counts.map((count) => ({ count, bytes: 5000 + 3 * count })))).toBeCloseTo(3);
  expect(slope(counts.map((count, i) => ({ count, bytes: 5000 + (i % 3 === 0 ? 7 : -7) })))).toBeCloseTo(0);
});
