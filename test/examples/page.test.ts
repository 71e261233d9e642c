import { readFileSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "millrace/node";
import { loadAssets } from "../../examples/demo/page/server/assets.js";
import { type Page, startPage } from "../../examples/demo/page/server/page-server.js";
import { replay } from "../../examples/demo/page/server/replay.js";
import type { MarketStatus } from "../../examples/demo/page/status.js";
import { loadRecords } from "../../examples/demo/records.js";
import { packageRoot } from "../../examples/support/package-root.js";
import { type Pace, Ticker } from "../../schemas/gen/market.js";

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
  "a page of %s cannot stop the market",
  async (origin) => {
    const { statusCode } = await ask("/market/stop", { ...(origin !== undefined && { origin }) }, "POST");
    expect(statusCode).toBe(403);
    expect((await status()).isRunning).toBe(true);
  },
);

test("what is neither asked nor told is refused", async () => {
  expect((await ask("/market", {}, "PUT")).statusCode).toBe(405);
  expect((await ask("/market/burn", { origin: page.url.slice(0, -1) }, "POST")).statusCode).toBe(404);
});

test("the market stops and starts at one address, however often it is told", async () => {
  const origin = page.url.slice(0, -1);
  const turn = async (what: string) => (await ask(`/market/${what}`, { origin }, "POST")).statusCode;
  expect(await Promise.all([turn("stop"), turn("stop")])).toEqual([200, 200]);
  expect(await status()).toEqual({ url: page.marketUrl, isRunning: false });
  await expect(connect(page.marketUrl)).rejects.toMatchObject({ code: "unavailable" });
  expect(await Promise.all([turn("start"), turn("start")])).toEqual([200, 200]);
  expect(await status()).toEqual({ url: page.marketUrl, isRunning: true });
  await (await connect(page.marketUrl)).close();
});

test("quotes come in their order from after a time on, at the pace asked for last", async () => {
  const quotes = replay(loadRecords());
  await using link = await closing();
  const paces = [{ quotesPerSecond: 1, after: quotes[4].time }, { quotesPerSecond: 10_000 }];
  let next = quotes.findIndex(({ time }) => time > quotes[4].time);
  for await (const quote of link.watch(paces)) {
    expect(quote).toEqual(quotes[next]);
    if (next++ === 400) break;
  }
});

test("who has seen the last quote is shown the first one again", async () => {
  const quotes = replay(loadRecords());
  await using link = await closing();
  for await (const quote of link.watch([{ quotesPerSecond: 1000, after: quotes[quotes.length - 1].time }])) {
    expect(quote).toEqual(quotes[0]);
    break;
  }
});

test.each([0, 10_001])("a pace of %i is refused, as the first wish and as a later one", async (quotesPerSecond) => {
  const refusal = { code: "invalid_argument", message: expect.stringContaining("give 1 to 10000") };
  await using link = await closing();
  const drain = async (paces: Partial<Pace>[]) => {
    for await (const quote of link.watch(paces)) expect(quote.currency).toBe("USD");
  };
  await expect(drain([{ quotesPerSecond }])).rejects.toMatchObject(refusal);
  await expect(drain([{ quotesPerSecond: 1000 }, { quotesPerSecond }])).rejects.toMatchObject(refusal);
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

/** A stub whose link is closed at the end of the test. */
async function closing() {
  const link = await connect(page.marketUrl);
  return Object.assign(link.client(Ticker), { [Symbol.asyncDispose]: () => link.close() });
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
