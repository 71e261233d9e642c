import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { renderFailures, renderLosses, renderSuite } from "../../bench/report.js";
import type { Row, Suite } from "../../bench/suite.js";

function row(subject: string, metric: Row["metric"], median: number, range = 0): Row {
  return { case: "one case", subject, metric, unit: "ns", median, min: median - range, max: median + range };
}

const suite: Suite = {
  name: "made up",
  about: "for this test",
  packages: [],
  leftOut: [],
  rounds: { quick: 2, full: 5 },
  cases: [{ name: "one case", subjects: [] }],
};

function render(rows: Row[]): string[] {
  return stripVTControlCharacters(renderSuite(suite, "full", rows)).split("\n");
}

describe("the table of a suite", () => {
  test("shows the subjects of a case below each other, with our ratio in the last column", () => {
    const lines = render([row("millrace", "encode", 50, 5), row("peer", "encode", 200)]);
    const at = lines.findIndex((line) => line.trim() === "one case");
    expect(lines[at + 1]).toMatch(/^ +millrace +50\.0 ±10%$/);
    expect(lines[at + 2]).toMatch(/^ +peer +200 ±0% +4\.00×$/);
  });

  test("turns the ratio round where more is better", () => {
    const lines = render([row("millrace", "rate", 500), row("peer", "rate", 1_000)]);
    expect(lines.find((line) => line.includes("peer"))).toMatch(/0\.50×$/);
  });

  test("shows a dash for a ratio that is none", () => {
    const lines = render([row("millrace", "allocated", 0), row("floor", "allocated", 0)]);
    expect(lines.find((line) => line.includes("floor"))).toMatch(/–$/);
  });

  test("says how many rounds there were", () => {
    expect(render([row("millrace", "encode", 1)]).join("\n")).toContain("median of 5 rounds");
  });
});

test("what a machine cannot measure is named above the table, and alone when nothing is left", () => {
  const lacking = { ...suite, leftOut: ["tls: there is no openssl"] };
  const lines = stripVTControlCharacters(renderSuite(lacking, "full", [row("millrace", "encode", 1)])).split("\n");
  expect(lines.indexOf("left out: tls: there is no openssl")).toBe(3);
  expect(stripVTControlCharacters(renderSuite(lacking, "full", []))).toBe(
    "\nmade up: for this test\nleft out: tls: there is no openssl\n",
  );
});

test("a metric can be shown in a larger unit than it is measured in", () => {
  const lines = render([row("millrace", "throughput", 2_500_000_000)]);
  expect(lines.find((line) => line.includes("millrace  "))).toMatch(/ 2,500 /);
});

test("a metric that is the same in every round has no range", () => {
  const lines = render([row("millrace", "encode", 10), row("millrace", "bytes", 75), row("peer", "bytes", 3)]);
  expect(lines.find((line) => line.includes("millrace  "))).toMatch(/10\.0 ±0% +75\.0$/);
  expect(lines.find((line) => line.includes("peer"))).toMatch(/ 3\.00 +0\.04×$/);
});

describe("the losses", () => {
  test("name each metric in which a peer is ahead, the worst first", () => {
    const ours = [row("millrace", "encode", 100), row("millrace", "decode", 100)];
    const text = renderLosses([...ours, row("peer", "encode", 80), row("peer", "decode", 20)]);
    const [head, , first, second] = stripVTControlCharacters(text).split("\n");
    expect(head).toContain("2 of 2 comparisons");
    expect(first).toMatch(/decode 0\.20× +peer/);
    expect(second).toMatch(/encode 0\.80× +peer/);
  });

  test("leave out the floor, which nobody can be ahead of", () => {
    const text = renderLosses([row("millrace", "encode", 100), row("peer", "encode", 200), row("floor", "encode", 1)]);
    expect(text).toBe("millrace is ahead of its peers in all 1 comparisons.");
  });

  test("leave out other ways to use millrace", () => {
    const text = renderLosses([row("millrace", "encode", 100), row("millrace-batches", "encode", 1)]);
    expect(text).toBe("No peer was measured beside millrace.");
  });

  test("show a digit of what is nearly nothing", () => {
    expect(renderLosses([row("millrace", "decode", 65_000), row("peer", "decode", 40)])).toContain("0.0006×");
  });

  test("say when the rounds of both overlap", () => {
    const text = renderLosses([row("millrace", "encode", 100, 10), row("peer", "encode", 95, 10)]);
    expect(text).toContain("their rounds overlap");
  });
});

test("a failure is one line that names case and subject", () => {
  expect(renderFailures([{ case: "tcp", subject: "peer", reason: "no port" }])).toBe("failed: tcp, peer: no port");
});
