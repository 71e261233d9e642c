import { expect, test } from "vitest";
import { grouped, short } from "../../examples/support/number.js";
import { renderTable } from "../../examples/support/table.js";

test("a table lines up its columns: numbers to the right, words to the left", () => {
  const columns = [{ title: "name", align: "left" as const }, { title: "ns" }];
  const rows = [
    ["a", "1,234"],
    ["longer", "5"],
  ];
  expect(renderTable(columns, rows, "")).toBe("name       ns\na       1,234\nlonger      5");
});

test("a coloured cell takes the room of what is seen of it", () => {
  const columns = [{ title: "" }, { title: "" }];
  const rows = [
    ["\u001b[31mred\u001b[39m", "1"],
    ["four", "2"],
  ];
  expect(renderTable(columns, rows, "").split("\n").slice(1)).toEqual([" \u001b[31mred\u001b[39m  1", "four  2"]);
});

test("numbers are shown with the digits that matter", () => {
  expect([0, 0.374, 42.06, 1_234.5].map((value) => short(value))).toEqual(["0", "0.37", "42.1", "1,235"]);
  expect(grouped(1_234_567.8)).toBe("1,234,568");
});
