import { styleText } from "node:util";
import { short } from "../examples/support/number.js";
import { renderTable, type Column } from "../examples/support/table.js";
import { comparisons, peerComparisons, us, type Comparison } from "./comparison.js";
import { spread } from "./stats.js";
import { METRICS, type Effort, type Failure, type Metric, type Row, type Suite } from "./suite.js";

/** One suite as a table: a block for each case, its subjects below each other, our ratio to them in the last column. */
export function renderSuite(suite: Suite, effort: Effort, rows: readonly Row[]): string {
  const metrics = [...new Set(rows.map((row) => row.metric))];
  const missing = suite.leftOut.map((line) => `left out: ${line}\n`).join("");
  const head = styleText("bold", `${suite.name}: ${suite.about}`);
  const how = `median of ${suite.rounds[effort]} rounds, ± half the range; last column: × above 1, millrace is better`;
  const columns: Column[] = [
    { title: "", align: "left" },
    ...metrics.map((metric) => ({ title: METRICS[metric].title })),
    { title: `${us} against it`, align: "left" },
  ];
  const lines = suite.cases.flatMap(({ name }) => renderCase(name, rows, metrics));
  if (rows.length === 0) return `\n${head}\n${missing}`;
  return `\n${head}\n${how}\n${missing}\n${renderTable(columns, lines)}\n`;
}

function renderCase(name: string, rows: readonly Row[], metrics: readonly Metric[]): string[][] {
  const mine = rows.filter((row) => row.case === name);
  const subjects = [...new Set(mine.map((row) => row.subject))];
  const lines = subjects.map((subject) => {
    const cells = metrics.map((metric) => cellOf(mine.find((row) => row.subject === subject && row.metric === metric)));
    return [`  ${subject}`].concat(cells, ratiosOf(subject, mine));
  });
  return [[styleText("bold", name)], ...lines];
}

function cellOf(row: Row | undefined): string {
  if (row === undefined) return "";
  const middle = short(row.median * (METRICS[row.metric].scale ?? 1));
  if (METRICS[row.metric].exact) return middle;
  const share = Math.round(spread(row) * 100);
  return middle + styleText("dim", ` ±${share > 999 ? ">999" : share}%`.padEnd(6));
}

function ratiosOf(subject: string, rows: readonly Row[]): string {
  const ours = comparisons(rows).filter((one) => one.subject === subject);
  return ours.map(({ factor }) => times(factor)).join(" ");
}

/** A ratio, in green where millrace is ahead and in red where it is not. */
export function times(factor: number): string {
  const text = Number.isFinite(factor) ? `${factor > 0 && factor < 0.1 ? factor.toPrecision(1) : short(factor)}×` : "–";
  return styleText(factor < 1 ? "red" : "green", text.padStart(6));
}

/** Where a peer beats us, the worst first; the floor does so by definition and is left out, and so are our other ways. */
export function renderLosses(rows: readonly Row[]): string {
  const peers = peerComparisons(rows);
  const lost = peers.filter((one) => one.factor < 1).sort((a, b) => a.factor - b.factor);
  if (peers.length === 0) return "No peer was measured beside millrace.";
  if (lost.length === 0) return `millrace is ahead of its peers in all ${peers.length} comparisons.`;
  const lines = lost.map((one) => [one.case, `${one.metric} ${times(one.factor).trim()}`, one.subject, doubt(one)]);
  const columns: Column[] = [
    { title: "case", align: "left" },
    { title: "millrace", align: "left" },
  ];
  columns.push({ title: "against", align: "left" }, { title: "", align: "left" });
  const head = styleText("bold", `Where millrace loses: ${lost.length} of ${peers.length} comparisons with peers`);
  return `${head}\n${renderTable(columns, lines)}`;
}

function doubt(one: Comparison): string {
  return one.unsure ? "their rounds overlap" : "";
}

/** One line for each subject that did not do its work. */
export function renderFailures(failures: readonly Failure[]): string {
  return failures.map((one) => `failed: ${one.case}, ${one.subject}: ${one.reason}`).join("\n");
}
