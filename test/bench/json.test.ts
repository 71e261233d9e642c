import { expect, test } from "vitest";
import { reportOf } from "../../bench/json.js";

test("a report names the version of each peer once, in order", () => {
  const { suite, packages } = reportOf("all", ["ws", "protobufjs", "ws"], []);
  expect(suite).toBe("all");
  expect(Object.keys(packages)).toEqual(["protobufjs", "ws"]);
  expect(packages["ws"]).toMatch(/^\d+\.\d+\.\d+/);
});
