import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Ledger } from "../../schemas/gen/ledger.js";
import { connect, createRuntime } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";
import { openFiles } from "../support/gauges.js";
import { FAST_LIMITS, fastClock } from "./fast-clock.js";
import { LedgerFile } from "./ledger.js";
import { Proxy } from "./proxy.js";
import { bundleServer, ServerProcess } from "./server-process.js";

const LINKS = 500;

let folder: string;
let ledger: LedgerFile;
let server: ServerProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-return-"));
  ledger = new LedgerFile(join(folder, "ledger"));
  server = new ServerProcess(bundleServer(folder), ledger.path, { tcp: "127.0.0.1:0", ws: "127.0.0.1:0" });
  await server.start();
});

afterEach(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});

test(`${LINKS} clients whose server is killed and started anew are all back, each with one connection and its stub`, async () => {
  const runtime = createRuntime({ clock: fastClock });
  // So many handshakes at once take their time.
  const limits = { ...FAST_LIMITS, handshakeTimeoutMs: 1e6, pingTimeoutMs: 1e6 };
  const before = openFiles();
  const proxy = await Proxy.open(server.urls[0]);
  const links = await Promise.all(Array.from({ length: LINKS }, () => connect(proxy.url, { runtime, limits })));
  const ledgers = links.map((link) => link.client(Ledger));
  await server.kill();
  await eventually(() => links.filter(({ state }) => state === "open").length).toBe(0);
  await server.start();
  await eventually(() => links.filter(({ state }) => state === "open").length).toBe(LINKS);
  expect(proxy.connections).toBe(LINKS);
  await Promise.all(ledgers.map((client, id) => client.post({ id })));
  ledger.refresh();
  expect(ledgers.filter((_, id) => ledger.count(`done ${id}`) !== 1)).toEqual([]);
  await Promise.all(links.map((link) => link.close()));
  await proxy.close();
  await eventually(() => [runtime.slabs.leased, openFiles() <= before]).toEqual([0, true]);
});
