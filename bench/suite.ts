/** What can be measured: its unit, its title in a table, and whether more of it is better. */
export const METRICS = {
  encode: { unit: "ns", title: "encode ns", more: false },
  decode: { unit: "ns", title: "decode ns", more: false },
  parse: { unit: "ns", title: "parse ns", more: false },
  rate: { unit: "1/s", title: "calls/s", more: true },
  "server-cpu": { unit: "µs", title: "server µs", more: false },
  "client-cpu": { unit: "µs", title: "client µs", more: false },
  bytes: { unit: "B", title: "bytes", more: false },
  allocated: { unit: "B", title: "B allocated per 1 M", more: false },
} as const;

export type Metric = keyof typeof METRICS;

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
  readonly rounds: Readonly<Record<Effort, number>>;
  readonly cases: readonly Case[];
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
