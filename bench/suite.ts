/** What can be measured: its unit, and how a table shows it. */
interface Measure {
  readonly unit: string;
  readonly title: string;
  /** Whether more of it is better. */
  readonly more: boolean;
  /** What a table multiplies it with. */
  readonly scale?: number;
  /** Whether it is the same in every round, so that no range is shown. */
  readonly exact?: boolean;
}

export type Metric =
  | "encode"
  | "decode"
  | "read-one"
  | "verify"
  | "verified-one"
  | "parse"
  | "rate"
  | "throughput"
  | "server-cpu"
  | "client-cpu"
  | "bytes"
  | "first-bytes"
  | "all-bytes"
  | "latency-p50"
  | "latency-p99"
  | "rss"
  | "copied"
  | "syscalls"
  | "resident"
  | "allocated"
  | "encode-allocated"
  | "decode-allocated";

export const METRICS: Readonly<Record<Metric, Measure>> = {
  encode: { unit: "ns", title: "encode ns", more: false },
  decode: { unit: "ns", title: "decode ns", more: false },
  "read-one": { unit: "ns", title: "read one ns", more: false },
  verify: { unit: "ns", title: "verify ns", more: false },
  "verified-one": { unit: "ns", title: "verified one ns", more: false },
  parse: { unit: "ns", title: "parse ns", more: false },
  rate: { unit: "1/s", title: "a second", more: true },
  throughput: { unit: "B/s", title: "MB/s", more: true, scale: 1e-6 },
  "server-cpu": { unit: "µs", title: "server µs", more: false },
  "client-cpu": { unit: "µs", title: "client µs", more: false },
  bytes: { unit: "B", title: "bytes", more: false, exact: true },
  "first-bytes": { unit: "B", title: "first B", more: false, exact: true },
  "all-bytes": { unit: "B", title: "all B", more: false, exact: true },
  "latency-p50": { unit: "µs", title: "p50 µs", more: false },
  "latency-p99": { unit: "µs", title: "p99 µs", more: false },
  rss: { unit: "B", title: "server MB", more: false, scale: 1e-6 },
  copied: { unit: "B", title: "B copied per MB", more: false },
  syscalls: { unit: "1", title: "calls per 1,000", more: false },
  resident: { unit: "B", title: "KB of RSS each", more: false, scale: 1e-3 },
  allocated: { unit: "B", title: "B allocated per 1 M", more: false },
  "encode-allocated": { unit: "B", title: "encode B", more: false, exact: true },
  "decode-allocated": { unit: "B", title: "decode B", more: false, exact: true },
};

/** How long a run may take: `quick` says whether it works, `full` how fast it is. */
export type Effort = "quick" | "full";

/** One number that one subject produced in one round. */
export interface Sample {
  readonly metric: Metric;
  readonly value: number;
}

/** A subject that is set up, warmed up and checked; each `measure` is one round. */
export interface Probe {
  measure(): Promise<readonly Sample[]> | readonly Sample[];
  close(): Promise<void> | void;
}

/** `millrace`, the `floor` that any Node program pays, or a peer. */
export interface Subject {
  readonly name: string;
  open(effort: Effort): Promise<Probe> | Probe;
}

/** The same work, done by each of its subjects. */
export interface Case {
  readonly name: string;
  readonly subjects: readonly Subject[];
}

export interface Suite {
  readonly name: string;
  /** One line for people: what is measured, and how. */
  readonly about: string;
  /** The npm packages measured beside us. */
  readonly packages: readonly string[];
  /** One line for each part that this machine cannot measure. */
  readonly leftOut: readonly string[];
  readonly rounds: Readonly<Record<Effort, number>>;
  readonly cases: readonly Case[];
  /** What the means over all cases are shown of, where such means say something. */
  readonly means?: readonly Metric[];
}

/** What all rounds of one subject say about one metric. */
export interface Row {
  readonly case: string;
  readonly subject: string;
  readonly metric: Metric;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A subject that did not do its work. */
export interface Failure {
  readonly case: string;
  readonly subject: string;
  readonly reason: string;
}

/** What the command line says to suites. */
export interface SuiteOptions {
  readonly effort: Effort;
  /** How many subscribers do not read, in `fanout`. */
  readonly stopped: number;
}
