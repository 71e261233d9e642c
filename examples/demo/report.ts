import { styleText } from "node:util";
import { grouped, short } from "../support/number.js";
import { renderTable, type Column } from "../support/table.js";
import { inFlight, type TransportResult } from "./client.js";
import type { Streamed } from "./history.js";
import type { CallStats } from "./load.js";

/** Everything that the demo found out. */
export interface Findings {
  readonly records: number;
  /** By transport, in the order in which they ran. */
  readonly transports: ReadonlyMap<string, TransportResult>;
  readonly jsonBytes: number;
}

/** The first word of a URL: `tcp`, `unix`, `tls`, `ws`, `wss`. */
export function transportOf(url: string): string {
  return url.slice(0, url.indexOf(":"));
}

/** One line for a transport whose checks all passed. */
export function renderDone(transport: string, result: TransportResult): string {
  const calls = result.oneByOne.calls + result.pipelined.calls;
  const counts = `${grouped(calls)} calls, ${result.records} prices streamed, ${grouped(result.typings)} messages, a chat`;
  return `  ${styleText("green", "ok")}  ${transport.padEnd(4)}  ${counts}`;
}

/** The findings as tables that fit into 100 columns. */
export function renderFindings(findings: Findings): string {
  const closing = "Every answer, price, message and line of the chat arrived as it was sent.";
  return [renderCalls(findings), renderStreams(findings), renderBytes(findings), closing].join("\n\n");
}

function renderCalls({ transports }: Findings): string {
  const rows: string[][] = [];
  for (const [name, { oneByOne, pipelined }] of transports) {
    rows.push([name, "one at a time", ...cellsOf(oneByOne)], [name, `${inFlight} in flight`, ...cellsOf(pipelined)]);
  }
  const left: Column[] = [
    { title: "", align: "left" },
    { title: "", align: "left" },
  ];
  const right = ["calls/s", "p50 µs", "p99 µs", "client CPU µs", "server CPU µs"].map((title) => ({ title }));
  const head = styleText("bold", "Market.lastQuote, each answer checked");
  return `${head} (CPU per call; client and server are processes of their own)\n${renderTable([...left, ...right], rows)}`;
}

function cellsOf(stats: CallStats): string[] {
  return [grouped(stats.perSecond)].concat([stats.p50Us, stats.p99Us, stats.clientUs, stats.serverUs].map(short));
}

function renderStreams({ transports }: Findings): string {
  const cellsFor = ({ perSecond, bytes }: Streamed, records: number) => [grouped(perSecond), short(bytes / records)];
  const rows = [...transports].map(([name, { quotes, prices, records }]) =>
    [name].concat(cellsFor(quotes, records), cellsFor(prices, records)),
  );
  const titles = ["Protocol Buffers/s", "bytes each", "FlatBuffers/s", "bytes each"];
  const columns: Column[] = [{ title: "", align: "left" }, ...titles.map((title) => ({ title }))];
  const head = styleText("bold", "All prices, streamed again and again");
  return `${head} (FlatBuffers are verified, and read where they lie)\n${renderTable(columns, rows)}`;
}

function renderBytes({ records, transports, jsonBytes }: Findings): string {
  const row = (name: string, bytes: number, against: string) => [name, grouped(bytes), short(bytes / records), against];
  const rowsOf = (what: string, bytesOf: (result: TransportResult) => number) =>
    [...namesByBytes(transports, bytesOf)].map(([bytes, names]) =>
      row(`${what} over ${names.join(", ")}`, bytes, `${short(jsonBytes / bytes)}×`),
    );
  const rows = rowsOf("millrace", ({ quotes }) => quotes.bytes).concat(
    rowsOf("FlatBuffers", ({ prices }) => prices.bytes),
    [row("JSON over ws", jsonBytes, "")],
  );
  const columns: Column[] = [
    { title: "", align: "left" },
    { title: "bytes" },
    { title: "a price" },
    { title: "JSON takes" },
  ];
  const head = styleText("bold", `All ${records} prices, one message each`);
  return `${head} (bytes on the wire, without those of TCP and WebSocket)\n${renderTable(columns, rows)}`;
}

/** The transports that took the same number of bytes, by that number. */
function namesByBytes(
  transports: Findings["transports"],
  bytesOf: (result: TransportResult) => number,
): Map<number, string[]> {
  const names = new Map<number, string[]>();
  for (const [name, result] of transports) {
    const bytes = bytesOf(result);
    names.set(bytes, [...(names.get(bytes) ?? []), name]);
  }
  return names;
}
