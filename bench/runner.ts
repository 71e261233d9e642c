import {
  METRICS,
  type Case,
  type Effort,
  type Failure,
  type Metric,
  type Probe,
  type Row,
  type Suite,
} from "./suite.js";
import { summarize } from "./stats.js";

/** What a suite found out. */
export interface Outcome {
  readonly rows: Row[];
  readonly failures: Failure[];
}

/** Told before each round of each subject. */
export type Progress = (line: string) => void;

interface Entry {
  readonly subject: string;
  readonly probe: Probe;
  readonly values: Map<Metric, number[]>;
}

/** Measures every case of `suite`; a subject that fails is left out of the rows and named in the failures. */
export async function runSuite(suite: Suite, effort: Effort, progress: Progress): Promise<Outcome> {
  const outcome: Outcome = { rows: [], failures: [] };
  for (const [i, one] of suite.cases.entries()) {
    const place = `${suite.name} ${i + 1}/${suite.cases.length}: ${one.name}`;
    await runCase(one, suite.rounds[effort], effort, outcome, (line) => progress(`${place} · ${line}`));
  }
  return outcome;
}

async function runCase(one: Case, rounds: number, effort: Effort, outcome: Outcome, progress: Progress): Promise<void> {
  const failed = (subject: string, reason: unknown) =>
    outcome.failures.push({
      case: one.name,
      subject,
      reason: reason instanceof Error ? reason.message : String(reason),
    });
  let entries = await openAll(one, effort, failed, progress);
  try {
    for (let round = 0; round < rounds; round++) {
      progress(`round ${round + 1} of ${rounds}`);
      entries = await runRound(rotated(entries), failed);
    }
  } finally {
    for (const entry of entries) await entry.probe.close();
  }
  const order = one.subjects.map((subject) => subject.name);
  entries.sort((a, b) => order.indexOf(a.subject) - order.indexOf(b.subject));
  for (const entry of entries) outcome.rows.push(...rowsOf(one.name, entry));
}

type Failed = (subject: string, reason: unknown) => void;

async function openAll(one: Case, effort: Effort, failed: Failed, progress: Progress): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const subject of one.subjects) {
    progress(`warming up ${subject.name}`);
    try {
      entries.push({ subject: subject.name, probe: await subject.open(effort), values: new Map() });
    } catch (error) {
      failed(subject.name, error);
    }
  }
  return entries;
}

/** Measures each entry once and returns those that did their work. */
async function runRound(entries: readonly Entry[], failed: Failed): Promise<Entry[]> {
  const sound: Entry[] = [];
  for (const entry of entries) {
    try {
      for (const { metric, value } of await entry.probe.measure()) {
        const values = entry.values.get(metric);
        if (values === undefined) entry.values.set(metric, [value]);
        else values.push(value);
      }
      sound.push(entry);
    } catch (error) {
      failed(entry.subject, error);
      await entry.probe.close();
    }
  }
  return sound;
}

/** Another subject goes first in each round, so that none always profits from its place. */
function rotated<T>(entries: readonly T[]): T[] {
  return [...entries.slice(1), ...entries.slice(0, 1)];
}

function rowsOf(name: string, entry: Entry): Row[] {
  const rows: Row[] = [];
  for (const [metric, values] of entry.values) {
    rows.push({ case: name, subject: entry.subject, metric, unit: METRICS[metric].unit, ...summarize(values) });
  }
  return rows;
}
