import { expect, test } from "vitest";
import { loadRecords } from "../../examples/demo/records.js";

test("the recorded prices are read whole and in order", () => {
  const records = loadRecords();
  expect(records).toHaveLength(560);
  expect(records[0]).toEqual({ symbol: "MSFT", time: Date.UTC(2000, 0, 1), price: 39.81, currency: "USD" });
  expect(records.at(-1)).toEqual({ symbol: "AAPL", time: Date.UTC(2010, 2, 1), price: 223.02, currency: "USD" });
});
