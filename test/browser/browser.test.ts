import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Worker } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { hasChromium } from "../../examples/support/chromium.js";
import { UnwatchedPage } from "../../examples/support/unwatched-page.js";
import { Echo, Payload } from "../../schemas/gen/echo.js";
import { createRuntime, listen, type Runtime, type Server } from "../../src/node/index.js";
import { Cable } from "../support/cable.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { Lab } from "../support/lab.js";
import type { Scenarios } from "./in-page.js";

declare const scenarios: Scenarios;

/** What a stream's window lets come that nobody reads, twice. */
const MOST_UNREAD_BYTES = 2 * 256 * 1024;

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
}

describe.skipIf(!hasChromium)("a page in Chromium and a server in Node.js", () => {
  let lab: Lab;
  let runtime: Runtime;
  let server: Server;
  let cable: Cable;
  let produced = 0;
  let received = 0;

  beforeAll(async () => {
    lab = await Lab.open();
  });

  afterAll(() => lab.close());

  beforeEach(async () => {
    produced = received = 0;
    runtime = createRuntime();
    const limits = { messageWindowBytes: 256 * 1024 * 1024, pingIntervalMs: 100 };
    server = await listen({ ws: "127.0.0.1:0", origins: [lab.origin], runtime, limits });
    server.serve(Echo, {
      ...handlers,
      unary: (request, { signal }) => (request.id === 404 ? never(signal) : request),
      async *produce({ count, size }) {
        for (; produced < count; produced++) yield { id: produced, data: new Uint8Array(size) };
      },
    });
    server.on(Payload, ({ id, data }, from) => {
      received += data.length;
      if (id !== 0) from.send(Payload, { id });
    });
    cable = await Cable.to(Number(new URL(server.urls[0]).port));
  });

  afterEach(async () => {
    await cable.close();
    await server.close();
    await eventually(() => runtime.slabs.leased).toBe(0);
  });

  test.each(["page", "worker"] as const)("all kinds of calls and messages go from a %s", async (realm) => {
    await lab[realm].evaluate((url) => scenarios.calls(url), server.urls[0]);
    await eventually(() => server.links.size).toBe(0);
  });

  test.each(["page", "worker"] as const)("interceptors stand around the calls of a %s that has some", async (realm) => {
    const path = await lab[realm].evaluate((url) => scenarios.intercepted(url), server.urls[0]);
    expect(path).toBe("echo.Echo/Unary");
  });

  test.each(["page", "worker"] as const)("calls of a %s with two addresses go on over one of them", async (realm) => {
    await lab[realm].evaluate((urls) => scenarios.connect(urls, {}), [cable.url, server.urls[0]]);
    await eventually(() => server.links.size).toBe(2);
    cable.hold();
    cable.cut();
    await eventually(() => server.links.size).toBe(1);
    expect(await lab[realm].evaluate(() => scenarios.echo(8))).toBe(8);
    await lab[realm].evaluate(() => scenarios.close());
  });

  test.each(["page", "worker"] as const)("a slow reader in a %s holds the server to one window", async (realm) => {
    await lab[realm].evaluate((url) => scenarios.connect(url, {}), server.urls[0]);
    await lab[realm].evaluate(() => scenarios.readFirst(2000, 1000));
    await eventually(() => produced).toBeGreaterThan(100);
    await lab[realm].evaluate(() => scenarios.echo(1));
    expect(produced * 1000).toBeLessThan(MOST_UNREAD_BYTES);
    expect(await lab[realm].evaluate(() => scenarios.readRest())).toBe(1999);
    await lab[realm].evaluate(() => scenarios.close());
  });

  test("a network that takes nothing more holds the page's sender, and what was accepted arrives", async () => {
    const bytes = 32 * 1024 * 1024;
    const mostBuffered = (): Promise<number> => lab.page.evaluate(() => scenarios.mostBuffered());
    await lab.page.evaluate((url) => scenarios.connect(url, {}), cable.url);
    cable.hold();
    await lab.page.evaluate((all) => scenarios.pour(64 * 1024, all), bytes);
    await expect.poll(mostBuffered, { timeout: 10_000 }).toBeGreaterThan(256 * 1024);
    cable.release();
    await lab.page.evaluate(() => scenarios.poured());
    await eventually(() => received).toBe(bytes);
    expect(await mostBuffered()).toBeLessThan(1024 * 1024);
    await lab.page.evaluate(() => scenarios.close());
  });

  test("a connection that is cut ends as unavailable, and the next one is made without being asked", async () => {
    await lab.page.evaluate((url) => scenarios.connect(url, {}), cable.url);
    cable.cut();
    await expect.poll(() => lab.page.evaluate(() => scenarios.states()), { timeout: 10_000 }).toHaveLength(3);
    const [lost, ...then] = await lab.page.evaluate(() => scenarios.states());
    expect(lost).toMatch(/^waiting: .*the next attempt is in \d+ ms: .*the connection broke$/);
    expect(then).toEqual(["connecting", "open"]);
    expect(await lab.page.evaluate(() => scenarios.echo(3))).toBe(3);
    await lab.page.evaluate(() => scenarios.close());
  });

  test("a connection that carries nothing any more is found by the page's own pings", async () => {
    const limits = { pingIntervalMs: 50, pingTimeoutMs: 100 };
    await lab.page.evaluate(([url, given]) => scenarios.connect(url, { reconnect: false, limits: given }), [
      cable.url,
      limits,
    ] as const);
    cable.hold();
    const reason = await lab.page.evaluate(() => scenarios.reasonOfEnd());
    expect(reason).toBe("[unavailable] the peer did not answer a ping within 100 ms");
  });

  test("a browser that is offline cannot connect, and can when it is online again", async () => {
    const context = lab.page.context();
    await context.setOffline(true);
    const refusal = await lab.page.evaluate((url) => scenarios.refusal(url), server.urls[0]);
    expect(refusal).toContain("is the browser online?");
    await context.setOffline(false);
    await lab.page.evaluate((url) => scenarios.connect(url, {}), server.urls[0]);
    expect(await lab.page.evaluate(() => scenarios.echo(4))).toBe(4);
    await lab.page.evaluate(() => scenarios.close());
  });

  // Browsers slow the timers of a hidden page down, after some seconds; here they are slow from the start.
  test("a page that is hidden goes on to make calls and to answer pings", async () => {
    const [page, other] = await Promise.all(
      [1, 2].map(() => UnwatchedPage.open(lab.chromium, `${lab.origin}/index.html`, "scenarios")),
    );
    await page.run(`scenarios.connect(${JSON.stringify(server.urls[0])}, {})`);
    await other.show();
    await expect.poll(() => page.run("document.hidden")).toBe(true);
    await page.run(`globalThis.setTimeout = ((timer) => (run, ms) => timer(run, ms + 1000))(setTimeout), 0`);
    const [link] = server.links;
    const before = link.stats.framesIn;
    expect(await page.run("scenarios.callsWhileHidden()")).toBe(200);
    const after = link.stats.framesIn;
    expect(after - before).toBeGreaterThanOrEqual(200);
    await eventually(() => link.stats.framesIn).toBeGreaterThan(after + 3);
    expect(link.state).toBe("open");
    await page.run("scenarios.close()");
  });

  test("what a browser does not say, the error names to be checked", async () => {
    const refused = (url: string): Promise<string> => lab.page.evaluate((to) => scenarios.refusal(to), url);
    const stranger = await listen({ ws: "127.0.0.1:0" });
    const [address] = stranger.urls;
    const toCheck = `is the server running there, is "${lab.origin}" one of its origins`;
    expect(await refused(address)).toContain(`[unavailable] ${address} cannot be opened: ${toCheck}`);
    await stranger.close();
    expect(await refused(address)).toContain(`[unavailable] ${address} cannot be opened: ${toCheck}`);
    expect(await refused("tcp://127.0.0.1:7000")).toBe(
      '[invalid_argument] "tcp://127.0.0.1:7000" cannot be reached from a browser: write ws://host:port or wss://host:port',
    );
    expect(await refused("ws://host:99999")).toBe(
      '[invalid_argument] "ws://host:99999" is not an address: see the cause',
    );
  });

  test("a server that sends text is refused, and one that is gone is named", async () => {
    const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(sockets, "listening");
    const { port } = sockets.address() as AddressInfo;
    const sayings = [(socket: { send(text: string): void }) => socket.send("hello")];
    sockets.on("connection", (socket) => {
      const say = sayings.pop();
      if (say) say(socket);
      else socket.close(4321, "not here");
    });
    const url = `ws://127.0.0.1:${port}`;
    const text = await lab.page.evaluate((to) => scenarios.refusal(to), url);
    expect(text).toBe("[invalid_argument] a WebSocket text message: millrace sends binary ones only");
    const gone = await lab.page.evaluate((to) => scenarios.refusal(to), url);
    expect(gone).toBe(`[unavailable] ${url}: the peer closed the WebSocket with code 4321: not here`);
    sockets.close();
  });

  test("a worker that is ended takes its links with it", async () => {
    const started = lab.page.waitForEvent("worker");
    await lab.page.evaluate(() => Object.assign(globalThis, { other: new Worker("/in-page.js") }));
    const worker: Worker = await started;
    await worker.evaluate((url) => scenarios.connect(url, {}), server.urls[0]);
    await eventually(() => server.links.size).toBe(1);
    await lab.page.evaluate(() => (globalThis as unknown as { other: globalThis.Worker }).other.terminate());
    await eventually(() => server.links.size).toBe(0);
  });
});
