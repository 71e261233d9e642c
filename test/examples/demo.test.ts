import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { connect } from "millrace/node";
import { expect, test } from "vitest";
import { runTransport } from "../../examples/demo/client.js";
import { loadRecords } from "../../examples/demo/records.js";
import { startServer } from "../../examples/demo/server.js";
import { canMakeIdentity } from "../../examples/support/identity.js";
import { packageRoot } from "../../examples/support/package-root.js";

const argv = ["dist/examples/demo/main.js"];

test("the demo ends by itself within 30 s and shows a row for each transport", { timeout: 40_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: packageRoot,
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const transports = canMakeIdentity ? ["tcp", "unix", "tls", "ws", "wss"] : ["tcp", "unix", "ws"];
  for (const transport of transports) {
    expect(stdout).toMatch(
      new RegExp(`^ +ok +${transport} .* calls, 560 prices streamed, 20,000 messages, a chat$`, "m"),
    );
    expect(stdout).toMatch(new RegExp(`^ +${transport} +one at a time +[\\d,]+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +${transport} +256 in flight +[\\d,]+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +millrace over (\\w+, )*${transport}(, \\w+)* +[\\d,]+ `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +FlatBuffers over (\\w+, )*${transport}(, \\w+)* +44,816 `, "m"));
    expect(stdout).toMatch(new RegExp(`^ +${transport} +[\\d,]+ +48\\.0 +[\\d,]+ +80\\.0$`, "m"));
  }
  expect(stdout.includes("left out")).toBe(!canMakeIdentity);
  expect(stdout).toMatch(/^ +JSON over ws +38,464 /m);
  for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

test("--stay prints where the servers and the page are, ends with Ctrl-C and leaves no file behind", {
  timeout: 20_000,
}, async () => {
  const demo = spawn(process.execPath, [...argv, "--stay"], { cwd: packageRoot, stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  demo.stdout.setEncoding("utf8");
  for await (const text of demo.stdout) {
    printed += text;
    if (/ +http:.*\n +ws:.*\n/.test(printed)) break;
  }
  expect(printed).toMatch(/(mill\.crt|left out.*)\n/);
  expect(printed).toMatch(/tcp:\/\/127\.0\.0\.1:\d+\n/);
  const [, path] = /unix:\/\/(.+)\n/.exec(printed) ?? [];
  expect(existsSync(path)).toBe(true);
  // Both leave connections open, which must not keep the process.
  const [, page, market] = / +(http:.*)\n +(ws:.*)\n/.exec(printed) ?? [];
  expect(await (await fetch(page)).text()).toContain("<title>millrace");
  const link = await connect(market);
  demo.kill("SIGINT");
  const [code] = await once(demo, "exit");
  expect(code).toBe(0);
  await link.close();
  expect(existsSync(dirname(path))).toBe(false);
});

test("a price that does not arrive as it was recorded fails the demo, and is named", async () => {
  const server = await startServer();
  try {
    const records = loadRecords();
    records[41] = { ...records[41], price: 0 };
    const usage = () => Promise.resolve({ cpuUs: 0, typed: server.typed() });
    const run = runTransport({ url: server.urls[0], ca: undefined }, records, usage, () => {});
    await expect(run).rejects.toThrow("price 42 is not the one that was recorded");
  } finally {
    await server.close();
  }
});
