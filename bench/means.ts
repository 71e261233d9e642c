import { styleText } from "node:util";
import { renderTable } from "../examples/support/table.js";
import { peerComparisons, type Comparison } from "./comparison.js";
import { times } from "./report.js";
import { geometricMean } from "./stats.js";
import { METRICS, type Metric, type Row } from "./suite.js";

/** For each peer the geometric mean over all cases of our ratio to it, and the case in which we do worst, by metric. */
export function renderMeans(metrics: readonly Metric[], rows: readonly Row[]): string {
  const all = peerComparisons(rows);
  const peers = [...new Set(all.map((one) => one.subject))];
  const cases = new Set(all.map((one) => one.case)).size;
  const head = styleText("bold", `Geometric means over ${cases} cases; × above 1, millrace is better`);
  const columns = [
    { title: "", align: "left" } as const,
    ...metrics.map((metric) => ({ title: METRICS[metric].title })),
  ];
  const lines = peers.map((peer) => [peer].concat(metrics.map((metric) => meanOf(peer, metric, all))));
  const worst = metrics.map((metric) => worstOf(metric, all));
  return `${head}\n${renderTable(columns, lines)}\n${worst.join("")}`;
}

function meanOf(peer: string, metric: Metric, all: readonly Comparison[]): string {
  const mine = all.filter((one) => one.subject === peer && one.metric === metric);
  return mine.length === 0 ? "" : times(geometricMean(mine.map(({ factor }) => factor)));
}

/** The least factor of a metric: that case, against the peer that does best in it. */
function worstOf(metric: Metric, all: readonly Comparison[]): string {
  const mine = all.filter((one) => one.metric === metric).sort((a, b) => a.factor - b.factor);
  if (mine.length === 0) return "";
  const [{ factor, subject, case: name }] = mine;
  return `  worst ${METRICS[metric].title}, against the best peer: ${times(factor).trim()} ${name}, ${subject}\n`;
}
