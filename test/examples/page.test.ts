import { readFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Gap, Subscription } from "millrace";
import { connect, listen } from "millrace/node";
import { loadAssets } from "../../examples/demo/page/server/assets.js";
import { type Page, startPage } from "../../examples/demo/page/server/page-server.js";
import { replay } from "../../examples/demo/page/server/replay.js";
import { Ticker } from "../../examples/demo/page/server/ticker.js";
import type { MarketStatus } from "../../examples/demo/page/status.js";
import { loadRecords } from "../../examples/demo/records.js";
import { packageRoot } from "../../examples/support/package-root.js";
import { Market, type Quote, Replay } from "../../schemas/gen/market.js";
import { eventually } from "../support/eventually.js";

const tape = replay(loadRecords());

let page: Page;
beforeAll(async () => {
  page = await startPage();
});
afterAll(() => page.close());

test("every file of the page is served as what it is, and allows nothing inline", async () => {
  const types = new Set<string>();
  for (const path of loadAssets().keys()) {
    const response = await fetch(new URL(path, page.url));
    expect(response.status, path).toBe(200);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self' 'sha256-\S+';/,
    );
    expect(response.headers.get("content-security-policy")).not.toMatch(/unsafe/);
    types.add(response.headers.get("content-type") ?? "");
    await response.arrayBuffer();
  }
  expect([...types].sort()).toEqual([
    "image/svg+xml",
    "text/css; charset=utf-8",
    "text/html; charset=utf-8",
    "text/javascript; charset=utf-8",
  ]);
});

test("the files that the page loads are served, and none of the server's own", () => {
  const paths = [...loadAssets().keys()];
  expect(paths).toContain("/dist/src/browser/index.js");
  expect(paths).toContain("/dist/src/error.js");
  expect(paths).toContain("/dist/schemas/gen/market.js");
  expect(paths.filter((path) => /\/(node|server|testing|demo)\/\w+\.|\.(ts|csv)$/.test(path))).toEqual([]);
});

test.each([
  "/../package.json",
  "/dist/../package.json",
  "/%2e%2e/package.json",
  "/dist/src/%2e%2e/%2e%2e/package.json",
  "/dist/src/..%2f..%2fpackage.json",
  "/dist/src\\..\\..\\package.json",
  "//etc/passwd",
  "/dist/src/",
  "/dist/src/node/index.js",
  "/style.css/",
  "/style.css?x",
  "/style.css%00",
])("%s is not there", async (path) => {
  const { statusCode } = await ask(path);
  expect(statusCode).toBe(404);
});

test("who was led to the page under another name is turned away", async () => {
  const { statusCode } = await ask("/", { host: "example.com" });
  expect(statusCode).toBe(403);
});

test.each([undefined, "null", "http://example.com", "http://127.0.0.1:1"])(
  "a page of %s can neither stop the market nor cut its links",
  async (origin) => {
    for (const path of ["/market/stop", "/market/cut"]) {
      const { statusCode } = await ask(path, { ...(origin !== undefined && { origin }) }, "POST");
      expect(statusCode).toBe(403);
    }
    expect((await status()).isRunning).toBe(true);
  },
);

test("what is neither asked nor told is refused", async () => {
  expect((await ask("/market", {}, "PUT")).statusCode).toBe(405);
  expect((await ask("/market/burn", { origin: page.url.slice(0, -1) }, "POST")).statusCode).toBe(404);
});

test("the market stops and starts at one address, however often it is told", async () => {
  expect(await Promise.all([turn("stop"), turn("stop")])).toEqual([200, 200]);
  expect(await status()).toEqual({ url: page.marketUrl, isRunning: false });
  await expect(connect(page.marketUrl)).rejects.toMatchObject({ code: "unavailable" });
  expect(await turn("cut")).toBe(200);
  expect((await status()).isRunning).toBe(false);
  expect(await Promise.all([turn("start"), turn("start")])).toEqual([200, 200]);
  expect(await status()).toEqual({ url: page.marketUrl, isRunning: true });
  await (await connect(page.marketUrl)).close();
});

test("every quote is published once: all who watch get it at the same offset, in the order of the replay", async () => {
  await using first = await watching();
  await using second = await watching();
  await first.replay.setPace({ quotesPerSecond: 10_000 });
  const from = (await take(first.market.quotes({}), 1))[0].offset;
  const [here, there] = await Promise.all([first, second].map(({ market }) => take(market.quotes({}, { from }), 500)));
  expect(there).toEqual(here);
  expectReplay(here);
  expect(here.map(({ offset }) => offset)).toEqual(here.map((_, i) => from + i));
});

test("a pace is everybody's: all are told of it, and who comes later is told first", async () => {
  await using first = await watching();
  await using second = await watching();
  const paces = second.replay.paces({});
  await paces.next();
  expect(await first.replay.setPace({ quotesPerSecond: 321 })).toEqual({ quotesPerSecond: 321 });
  expect(await paces.next()).toEqual({ done: false, value: { quotesPerSecond: 321 } });
  await paces.return!();
  for await (const pace of first.replay.paces({})) {
    expect(pace).toEqual({ quotesPerSecond: 321 });
    break;
  }
});

test.each([0, 10_001])("a pace of %i is refused, and changes nothing", async (quotesPerSecond) => {
  const refusal = { code: "invalid_argument", message: expect.stringContaining("give 1 to 10000") };
  await using link = await watching();
  await link.replay.setPace({ quotesPerSecond: 5000 });
  await expect(link.replay.setPace({ quotesPerSecond })).rejects.toMatchObject(refusal);
  expect(await link.replay.paces({}).next()).toMatchObject({ value: { quotesPerSecond: 5000 } });
});

test("who was cut goes on at the next offset, and misses nothing", async () => {
  await using link = await watching();
  await link.replay.setPace({ quotesPerSecond: 1000 });
  const quotes = link.market.quotes({});
  const before = await take(quotes, 10);
  await turn("cut");
  await eventually(() => link.states).toEqual(["waiting", "connecting", "open"]);
  const after = await take(quotes, 1000);
  expect(after[0].offset).toBe(before[9].offset + 1);
  expectReplay([...before, ...after]);
});

test("who watches a server that is stopped is told what is lost, and then where the market goes on", async () => {
  await using link = await watching();
  const gaps: Gap[] = [];
  const quotes = link.market.quotes({}, { onGap: (gap) => gaps.push(gap) });
  const [{ offset, quote }] = await take(quotes, 1);
  const { epoch } = quotes;
  await turn("stop");
  await turn("start");
  while (gaps.length === 0) {
    const [last] = await take(quotes, 1);
    if (gaps.length > 0) expect(last.offset).toBe(0);
    expect(indexOf(last.quote)).toBeGreaterThan(indexOf(quote));
  }
  expect(gaps).toEqual([{ reason: "epoch", epoch, from: expect.any(Number), to: Infinity }]);
  expect(gaps[0].from).toBeGreaterThan(offset);
  expect(quotes.epoch).not.toBe(epoch);
});

test("after the last quote the first one comes again", async () => {
  const server = await listen({ ws: "127.0.0.1:0" });
  const few = tape.slice(0, 3);
  const ticker = new Ticker(few);
  ticker.start(server);
  const link = await connect(server.urls[0]);
  const shown = await take(link.client(Market).quotes({}, { from: "start" }), 7);
  expect(shown.map(({ quote }) => quote)).toEqual([...few, ...few, few[0]]);
  await link.close();
  ticker.stop();
  await server.close();
});

test("the replay has the recorded prices of all companies, and steps between them", () => {
  const records = loadRecords();
  const quotes = replay(records);
  const start = Date.parse("Aug 1 2004 UTC");
  const recorded = records.filter(({ time }) => time >= start && time < Date.parse("Mar 1 2010 UTC"));
  const known = new Map(quotes.map((quote) => [`${quote.symbol} ${quote.time}`, quote]));
  for (const record of recorded) expect(known.get(`${record.symbol} ${record.time}`)).toEqual(record);
  expect(recorded.length).toBe(5 * 67);
  expect(known.size).toBe(quotes.length);
  expect(quotes.findIndex(({ time }, i) => i > 0 && time < quotes[i - 1].time)).toBe(-1);
});

test.each(["light", "dark"])("text stands out from the %s page", (scheme) => {
  const css = readFileSync(join(packageRoot, "examples/demo/page/style.css"), "utf8");
  const [light, dark] = [...css.matchAll(/:root \{(.*?)\}/gs)].map(([, block]) => colors(block));
  const { paper, line, ...inks } = scheme === "light" ? light : dark;
  expect(line).toBeDefined();
  expect(Object.keys(inks).sort()).toEqual(["bad", "good", "ink", "json", "millrace", "quiet", "wait"]);
  for (const [name, ink] of Object.entries(inks)) expect(contrast(ink, paper), name).toBeGreaterThan(4.5);
});

/** The colours of a block of CSS variables, each as its luminance. */
function colors(block: string): { [name: string]: number } {
  return Object.fromEntries([...block.matchAll(/--(\w+): #(\w{6});/g)].map(([, name, hex]) => [name, luminance(hex)]));
}

/** As WCAG has it. */
function luminance(hex: string): number {
  const [red, green, blue] = [0, 2, 4].map((i) => {
    const share = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Stubs of a link that is closed at the end of the test, and the states that it went through. */
async function watching() {
  const link = await connect(page.marketUrl);
  const states: string[] = [];
  link.onState((state) => states.push(state));
  return {
    states,
    market: link.client(Market),
    replay: link.client(Replay),
    [Symbol.asyncDispose]: () => link.close(),
  };
}

/** The next quotes, each with its offset; the subscription goes on. */
async function take(quotes: Subscription<Quote>, count: number) {
  const taken: { quote: Quote; offset: number }[] = [];
  while (taken.length < count) {
    const { done, value } = await quotes.next();
    if (done === true) throw new Error("the quotes have ended");
    taken.push({ quote: value, offset: quotes.offset! });
  }
  return taken;
}

function indexOf({ symbol, time }: Quote): number {
  return tape.findIndex((quote) => quote.symbol === symbol && quote.time === time);
}

/** Expects the quotes of the replay from some place on, none left out. */
function expectReplay(taken: readonly { quote: Quote }[]): void {
  const start = indexOf(taken[0].quote);
  expect(taken.map(({ quote }) => quote)).toEqual(taken.map((_, i) => tape[(start + i) % tape.length]));
}

/** Starts, stops or cuts as the page does. */
async function turn(what: string): Promise<number | undefined> {
  return (await ask(`/market/${what}`, { origin: page.url.slice(0, -1) }, "POST")).statusCode;
}

async function status(): Promise<MarketStatus> {
  return (await (await fetch(new URL("/market", page.url))).json()) as MarketStatus;
}

/** Asks for a path to the letter, which `fetch` would make a proper one. */
function ask(path: string, headers: { [name: string]: string } = {}, method = "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(page.url);
    const sent = request({ hostname, port, path, method, headers }, (response) => resolve(response.resume()));
    sent.on("error", reject).end();
  });
}
