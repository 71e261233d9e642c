import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Entry, Ledger } from "../../schemas/gen/ledger.js";
import { connect } from "../../src/node/index.js";
import { eventually } from "../support/eventually.js";
import { LedgerFile } from "./ledger.js";
import { bundleServer, ServerProcess } from "./server-process.js";

let folder: string;
let ledger: LedgerFile;
let server: ServerProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-cuts-"));
  ledger = new LedgerFile(join(folder, "ledger"));
  const at = { tcp: "127.0.0.1:0", unix: join(folder, "app.sock"), ws: "127.0.0.1:0" };
  server = new ServerProcess(bundleServer(folder), ledger.path, at);
  await server.start();
});

afterEach(async () => {
  await server.kill();
  rmSync(folder, { recursive: true });
});

test("what a server ran is known when it was killed, and it comes back at the same addresses", async () => {
  const { urls } = server;
  for (const [index, url] of urls.entries()) {
    const link = await connect(url);
    const client = link.client(Ledger);
    await client.post({ id: index });
    link.send(Entry, { id: index });
    const stuck = client.post({ id: 100 + index, workMs: 1e6 });
    await eventually(() => (ledger.refresh(), ledger.count(`started ${100 + index}`))).toBe(1);
    const ended = expect(stuck).rejects.toMatchObject({ code: "unavailable" });
    await server.kill();
    await ended;
    await link.close();
    await server.start();
    expect(server.urls).toEqual(urls);
    ledger.refresh();
    const lines = ["started", "done", "message"].map((what) => ledger.count(`${what} ${index}`));
    expect([...lines, ledger.count(`done ${100 + index}`)]).toEqual([1, 1, 1, 0]);
  }
});

test("a server that closes with a call under way has nothing left, and ends by itself", async () => {
  const link = await connect(server.urls[0]);
  const stuck = link.client(Ledger).post({ id: 1, workMs: 1e6 });
  await eventually(() => (ledger.refresh(), ledger.count("started 1"))).toBe(1);
  const ended = expect(stuck).rejects.toMatchObject({ code: "unavailable" });
  const left = server.end("finish");
  await ended;
  expect(await left).toEqual({ slabs: 0, links: 0, resources: [] });
  expect(server.isRunning).toBe(false);
  await link.close();
});
