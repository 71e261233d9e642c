import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderMeans } from "../../bench/means.js";
import type { Metric, Row } from "../../bench/suite.js";

function row(name: string, subject: string, metric: Metric, median: number): Row {
  return { case: name, subject, metric, unit: "ns", median, min: median, max: median };
}

const rows = [
  row("short", "millrace", "encode", 10),
  row("short", "near", "encode", 20),
  row("short", "far", "encode", 90),
  row("long", "millrace", "encode", 100),
  row("long", "near", "encode", 50),
  row("long", "far", "encode", 100),
  row("long", "floor", "encode", 1),
  row("long", "millrace", "decode", 1),
];

test("the means are geometric, one line a peer, and name the case that is worst against the best peer", () => {
  const [head, titles, near, far, worst, ...rest] = stripVTControlCharacters(renderMeans(["encode"], rows)).split("\n");
  expect(head).toContain("over 2 cases");
  expect(titles.trim()).toBe("encode ns");
  expect(near).toMatch(/^ +near +1\.00×$/);
  expect(far).toMatch(/^ +far +3\.00×$/);
  expect(worst.trim()).toBe("worst encode ns, against the best peer: 0.50× long, near");
  expect(rest).toEqual([""]);
});

test("a metric without a peer has no mean and no worst case", () => {
  expect(stripVTControlCharacters(renderMeans(["decode"], rows))).not.toMatch(/worst|[0-9]×/);
});
