import { describe, expect, test } from "vitest";
import { runSuite } from "../../bench/runner.js";
import type { Probe, Subject, Suite } from "../../bench/suite.js";

function suiteOf(...subjects: Subject[]): Suite {
  const cases = [{ name: "a case", subjects }];
  return { name: "made up", about: "for this test", packages: [], leftOut: [], rounds: { quick: 3, full: 3 }, cases };
}

/** A subject whose rounds give `values` one after the other. */
function subjectOf(name: string, values: number[], log: string[] = []): Subject {
  const left = [...values];
  const probe: Probe = {
    measure() {
      log.push(name);
      const value = left.shift();
      if (value === undefined) throw new Error("no round left");
      return [{ metric: "encode", value }];
    },
    close: () => void log.push(`${name} closed`),
  };
  return { name, open: () => probe };
}

const silent = () => {};

describe("the bench runner", () => {
  test("makes one row for each metric of each subject, in the order of the subjects", async () => {
    const suite = suiteOf(subjectOf("millrace", [3, 1, 2]), subjectOf("peer", [9, 9, 9]));
    expect(await runSuite(suite, "quick", silent)).toEqual({
      rows: [
        { case: "a case", subject: "millrace", metric: "encode", unit: "ns", median: 2, min: 1, max: 3 },
        { case: "a case", subject: "peer", metric: "encode", unit: "ns", median: 9, min: 9, max: 9 },
      ],
      failures: [],
    });
  });

  test("lets another subject go first in each round", async () => {
    const log: string[] = [];
    const suite = suiteOf(...["a", "b", "c"].map((name) => subjectOf(name, [1, 1, 1], log)));
    await runSuite(suite, "quick", silent);
    const rounds = [log.slice(0, 3), log.slice(3, 6), log.slice(6, 9)];
    expect(rounds.map(([first]) => first).sort()).toEqual(["a", "b", "c"]);
    for (const round of rounds) expect([...round].sort()).toEqual(["a", "b", "c"]);
  });

  test("names a subject that fails in the middle, closes it, and measures the others", async () => {
    const log: string[] = [];
    const suite = suiteOf(subjectOf("broken", [1], log), subjectOf("sound", [5, 5, 5], log));
    const { rows, failures } = await runSuite(suite, "quick", silent);
    expect(failures).toEqual([{ case: "a case", subject: "broken", reason: "no round left" }]);
    expect(rows.map((row) => row.subject)).toEqual(["sound"]);
    expect(log.filter((line) => line.endsWith("closed")).sort()).toEqual(["broken closed", "sound closed"]);
  });

  test("names a subject that cannot be set up", async () => {
    const broken: Subject = { name: "broken", open: () => Promise.reject(new Error("no port")) };
    const { rows, failures } = await runSuite(suiteOf(broken, subjectOf("sound", [1, 1, 1])), "quick", silent);
    expect(failures).toEqual([{ case: "a case", subject: "broken", reason: "no port" }]);
    expect(rows).toHaveLength(1);
  });
});
