import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { runTransport } from "../../examples/demo/client.js";
import { loadRecords } from "../../examples/demo/records.js";
import { startServer } from "../../examples/demo/server.js";
import { packageRoot } from "../../examples/support/package-root.js";

const argv = ["--import", "tsx", "examples/demo/main.ts"];

test("the demo ends by itself within 30 s and shows a row for each transport", { timeout: 40_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: packageRoot,
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  for (const transport of ["tcp", "ws"]) {
    expect(stdout).toMatch(new RegExp(`^ +ok +${transport}://127.0.0.1:\\d+ .*560 prices streamed`, "m"));
    expect(stdout).toMatch(new RegExp(`^ +${transport} +one at a time +[\\d,]+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +${transport} +256 in flight +[\\d,]+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +millrace over ${transport} +[\\d,]+ `, "m"));
  }
  expect(stdout).toMatch(/^ +JSON over ws +38,464 /m);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("--stay prints where the server is and ends with Ctrl-C", { timeout: 20_000 }, async () => {
  const demo = spawn(process.execPath, [...argv, "--stay"], { cwd: packageRoot, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  demo.stdout.setEncoding("utf8");
  for await (const text of demo.stdout) {
    printed += text;
    if (/ws:\/\/127\.0\.0\.1:\d+\n/.test(printed)) break;
  }
  expect(printed).toMatch(/tcp:\/\/127\.0\.0\.1:\d+/);
  demo.kill("SIGINT");
  const [code] = await once(demo, "exit");
  expect(code).toBe(0);
});

test("a price that does not arrive as it was recorded fails the demo, and is named", async () => {
  const server = await startServer();
  try {
    const records = loadRecords();
    records[41] = { ...records[41], price: 0 };
    const usage = () => Promise.resolve({ cpuUs: 0, typed: server.typed() });
    const run = runTransport(server.urls[0], records, usage, () => {});
    await expect(run).rejects.toThrow("price 42 is not the one that was recorded");
  } finally {
    await server.close();
  }
});
