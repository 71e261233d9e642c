import { describe, expect, test } from "vitest";
import { check } from "../../bench/flat/contender.js";
import { contenders } from "../../bench/flat/contenders/index.js";
import { rows } from "../../bench/flat/rows.js";

describe.each([...contenders])("the contender %s", (_, contend) => {
  test.each(rows.map((row) => [row.name, row] as const))("reads what it wrote of %s", (_name, row) => {
    check(contend(row), row);
  });
});

test("a contender that loses a number is not measured", () => {
  const [row] = rows;
  const sound = contenders.get("json")!(row);
  expect(() => check({ ...sound, readAll: () => 0 }, row)).toThrow("value 0 did not come back");
  expect(() => check({ ...sound, readOne: () => 0 }, row)).toThrow("one field of value 0 did not come back");
  expect(() => check({ ...sound, verifiedOne: () => 0 }, row)).toThrow("one field of value 0 did not come back");
});
