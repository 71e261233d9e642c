import { once } from "node:events";
import { parseArgs, styleText } from "node:util";
import { Child } from "../support/child.js";
import { startPage } from "./page/server/page-server.js";
import { progressLine } from "../support/progress.js";
import { runTransport, type TransportResult } from "./client.js";
import { receiveJson } from "./json.js";
import { loadRecords } from "./records.js";
import { renderDone, renderFindings, transportOf } from "./report.js";
import type { Question, Ready, Usage } from "./server-process.js";
import { startServer, type Addresses } from "./server.js";

const progress = progressLine(process.stdout);
const noCertificate = "tls and wss are left out: there is no openssl to make a certificate with";

try {
  const { values } = parseArgs({ options: { stay: { type: "boolean" } } });
  await (values.stay === true ? stay() : demo());
} catch (error) {
  progress.clear();
  console.error(styleText("red", `demo failed: ${error instanceof Error ? error.message : String(error)}`));
  process.exitCode = 1;
}

/** Keeps the server up until Ctrl-C, and beside it a page to look at. */
async function stay(): Promise<void> {
  const server = await startServer();
  const page = await startPage();
  const stopped = once(process, "SIGINT");
  console.log(`millrace demo server, until Ctrl-C:\n  ${server.urls.join("\n  ")}\n${trustLine(server)}\n`);
  console.log(`A page to open in a browser, and the market that it follows:\n  ${page.url}\n  ${page.marketUrl}`);
  await stopped;
  await Promise.all([server.close(), page.close()]);
}

async function demo(): Promise<void> {
  const records = loadRecords();
  console.log(`millrace demo: ${records.length} recorded share prices, called and streamed over every transport\n`);
  const module = new URL("./server-process.js", import.meta.url);
  const server = new Child<Question, Usage, Ready>("the server", module, [], {});
  try {
    const { urls, ca, jsonUrl } = await server.ready;
    const transports = new Map<string, TransportResult>();
    for (const url of urls) {
      const transport = transportOf(url);
      const show = (step: string) => progress.show(`  ${transport}: ${step} …`);
      const result = await runTransport({ url, ca: ca?.pem }, records, () => server.ask("usage"), show);
      transports.set(transport, result);
      progress.clear();
      console.log(renderDone(transport, result));
    }
    if (ca === undefined) console.log(`  ${noCertificate}`);
    const jsonBytes = await receiveJson(jsonUrl, records);
    console.log(`\n${renderFindings({ records: records.length, transports, jsonBytes })}`);
  } finally {
    await server.stop();
  }
}

function trustLine({ ca }: Addresses): string {
  if (ca === undefined) return noCertificate;
  return `Who connects over tls or wss must trust ${ca.file}`;
}
