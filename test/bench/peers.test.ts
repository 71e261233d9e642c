import { expect, test, vi } from "vitest";
import { fanout } from "../../bench/fanout/suite.js";
import { uwsLacks } from "../../bench/fanout/uws.js";
import type { PairSubject, Peer, Shape, Transport } from "../../bench/pair/load.js";
import { makeSite } from "../../bench/pair/site.js";
import { usableOf } from "../../bench/pair/transports.js";
import { floor, millrace, wsJson } from "../../bench/rpc/subjects.js";

const all = usableOf(["tcp", "unix", "tls", "ws"]);

/** Runs both sides of a subject in this process, twice, until something came each time. */
async function run({ module }: PairSubject, transport: Transport, shape: Partial<Shape>): Promise<string[]> {
  const { peer } = (await import(module.href)) as { readonly peer: Peer };
  const { site, remove } = makeSite(transport);
  try {
    const serving = await peer.serve(site);
    const place = { url: serving.url, ...(site.identity && { ca: site.identity.cert }) };
    const driver = await peer.connect(place, { transport, connections: 1, window: 8, payloadBytes: 64, ...shape });
    for (let round = 0; round < 2; round++) {
      const before = driver.answers;
      driver.start();
      await vi.waitFor(() => expect(driver.answers).toBeGreaterThan(before + 30), { interval: 5 });
      await driver.rest();
      expect(driver.answers).toBe(driver.calls);
    }
    return [...(driver.measured?.() ?? []), ...(serving.measured?.() ?? [])].map(({ metric }) => metric);
  } finally {
    remove();
  }
}

function subjectOf(suite: string, name: string): PairSubject {
  return { name, module: new URL(`../../bench/${suite}/${name}.ts`, import.meta.url) };
}

test.each(all)("the subjects of rpc answer every call over %s", async (transport) => {
  await run(millrace, transport, {});
  await run(floor(transport), transport, {});
  if (transport === "ws") await run(wsJson, transport, {});
});

test.each(all)(
  "the subjects of stream deliver whole items in order over %s, and stop when they are told",
  async (transport) => {
    const long = { payloadBytes: 64 * 1024 };
    await run(subjectOf("stream", "peers/millrace"), transport, long);
    await run(subjectOf("stream", "peers/millrace-batches"), transport, long);
    await run(subjectOf("stream", transport === "ws" ? "peers/floor-messages" : "peers/floor-bytes"), transport, long);
  },
);

test("the floor of short items delivers them in order", async () => {
  await run(subjectOf("stream", "peers/floor-frames"), "tcp", {});
});

test.each(["one-link", "two-links", "alone"])("fairness measures how long calls take: %s", async (name) => {
  const metrics = await run(subjectOf("fairness", `peers/${name}`), "tcp", {});
  expect(metrics).toEqual(["latency-p50", "latency-p99", ...(name === "alone" ? [] : ["throughput"])]);
});

const uwsReason = uwsLacks();

const fans = ["millrace", "floor-ws", "ws", "socket-io", ...(uwsReason === undefined ? ["uws"] : [])];

test.each(fans)("fanout gives all events to all subscribers: %s", fansOut);

async function fansOut(name: string): Promise<void> {
  const metrics = await run(subjectOf("fanout", `peers/${name}`), "ws", {
    window: 2,
    fan: { subscribers: 3, events: 4 },
  });
  expect(metrics).toEqual(["latency-p50", "latency-p99", "rss"]);
}

test("fanout leaves out a peer that is not there, and says why", () => {
  const suite = fanout({ effort: "full", stopped: 0 });
  const names = suite.cases.flatMap(({ subjects }) => subjects.map(({ name }) => name));
  expect(names.includes("uws")).toBe(uwsReason === undefined);
  expect(suite.leftOut).toEqual(uwsReason === undefined ? [] : [`uws: ${uwsReason}`]);
});

test("copies asks the server how much of what it received it had to copy", async () => {
  expect(await run(subjectOf("copies", "peer"), "tcp", { payloadBytes: 80_000 })).toEqual(["copied"]);
});
