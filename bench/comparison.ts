import { METRICS, type Metric, type Row } from "./suite.js";

/** The subject that all others are compared with. */
export const us = "millrace";

/** One metric of a peer beside ours; `factor` above 1 says that we are that much better. */
export interface Comparison {
  readonly case: string;
  readonly subject: string;
  readonly metric: Metric;
  readonly factor: number;
  /** Their rounds and ours overlap: the difference may be chance. */
  readonly unsure: boolean;
}

/** Each row of another subject beside ours of the same case and metric. */
export function comparisons(rows: readonly Row[]): Comparison[] {
  return rows.flatMap((theirs) => {
    const ours = rows.find((row) => row.case === theirs.case && row.metric === theirs.metric && row.subject === us);
    if (ours === undefined || ours === theirs) return [];
    const { metric, subject } = theirs;
    const factor = METRICS[metric].more ? ours.median / theirs.median : theirs.median / ours.median;
    const unsure = ours.min <= theirs.max && theirs.min <= ours.max;
    return [{ case: theirs.case, subject, metric, factor, unsure }];
  });
}

/** The comparisons with peers: the floor is none, and neither are our other ways. */
export function peerComparisons(rows: readonly Row[]): Comparison[] {
  return comparisons(rows).filter(({ subject }) => subject !== "floor" && !subject.startsWith(us));
}
