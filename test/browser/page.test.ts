import type { Browser, ConsoleMessage, Page } from "playwright-core";
import { connect } from "millrace/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Page as Served, startPage } from "../../examples/demo/page/server/page-server.js";
import { hasChromium, startChromium } from "../../examples/support/chromium.js";
import { Market, Replay } from "../../schemas/gen/market.js";

/** What Chromium says of elements that moved by themselves. */
interface LayoutShift extends PerformanceEntry {
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

const companies = ["AAPL", "AMZN", "GOOG", "IBM", "MSFT"];

describe.skipIf(!hasChromium)("the demo's page", () => {
  let served: Served;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    browser = await startChromium();
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    problems = [];
    served = await startPage();
    page = await blank();
  });

  afterEach(async () => {
    await page.close();
    await served.close();
    expect(problems).toEqual([]);
  });

  test("prices move, stand while the server is stopped, and move again when it is started", {
    timeout: 60_000,
  }, async () => {
    await page.goto(served.url);
    await state("open");
    await pricesMove();
    expect(await rows()).toEqual(companies);

    await press("Stop the server");
    await state("waiting");
    expect(await text("#reason")).not.toBe("");
    expect(await text("#detail")).toMatch(/^next attempt in \d+\.\d s$/);
    await text("#quotes", /^0$/);
    const stood = await text("#prices");
    await text("#events", /waiting.*connecting.*waiting/);
    expect(await text("#prices")).toBe(stood);
    expect(await rows()).toEqual(companies);

    await press("Start the server");
    await state("open");
    await pricesMove();
    expect(await rows()).toEqual(companies);
    await text("#switch", /^Stop the server$/);
    await text("#events", /quotes from 0 on.*history lost: the server is another one.*open/);
  });

  test("a page whose link is cut connects again, and goes on at the next quote", { timeout: 60_000 }, async () => {
    await page.goto(served.url);
    await text("#events", /quotes from [\d,]+ on\d/);
    await press("Cut the links");
    await text("#events", /quotes from [\d,]+ on, none missed.*open.*connecting.*waiting.*quotes from [\d,]+ on/);
    await pricesMove();
    expect(await rows()).toEqual(companies);
  });

  test("two pages show the same quotes at the same offsets, and one pace", { timeout: 60_000 }, async () => {
    await page.goto(served.url);
    await pricesMove();
    const other = await open();
    await pricesMove(other);
    await pace(1500);
    await text("#pace-value", /^1,500$/, other);
    expect(await other.getByLabel("Pace").inputValue()).toBe("1500");
    await press("Stop the server");
    await text("#quotes", /^0$/);
    await text("#quotes", /^0$/, other);
    const [here, there] = await Promise.all([page, other].map(shown));
    expect(here.offset).toMatch(/^, quote [\d,]+$/);
    expect(here.prices).toHaveLength(companies.length);
    expect(there).toEqual(here);
    await other.close();
  });

  test("a page that stood still is told what it was not given, and shows the newest", { timeout: 60_000 }, async () => {
    await page.goto(served.url);
    await pricesMove();
    const debug = await page.context().newCDPSession(page);
    await debug.send("Debugger.enable");
    await debug.send("Debugger.pause");
    const link = await connect(served.marketUrl);
    await link.client(Replay).setPace({ quotesPerSecond: 10_000 });
    let published = 0;
    for await (const quotes of link.client(Market).quotes({}).batches()) {
      published += quotes.length;
      if (published > 20_000) break;
    }
    await link.client(Replay).setPace({ quotesPerSecond: 1000 });
    await link.close();
    await debug.send("Debugger.resume");
    await text("#events", /[\d,]+ quotes skipped: newer ones came/);
    await pricesMove();
    await state("open");
  });

  test("after a restart the market goes on where it stood", { timeout: 60_000 }, async () => {
    await page.goto(served.url);
    await pace(2000);
    await text("#date", /2005/);
    await press("Stop the server");
    await state("waiting");
    await pace(200);
    const before = await text("#date");
    await press("Start the server");
    await state("open");
    await pricesMove();
    expect(Date.parse((await text("#date")).slice(2))).toBeGreaterThanOrEqual(Date.parse(before.slice(2)));
    await text("#quotes", /^(1|2)\d\d$/);
  });

  test("a page opened while there is no server waits for one", { timeout: 60_000 }, async () => {
    await page.goto(served.url);
    await press("Stop the server");
    await state("waiting");
    await page.reload();
    await state("waiting");
    await press("Start the server");
    await state("open");
    await pricesMove();
  });

  test("the pace that somebody else sets is shown", async () => {
    await page.goto(served.url);
    const link = await connect(served.marketUrl);
    await link.client(Replay).setPace({ quotesPerSecond: 700 });
    await text("#pace-value", /^700$/);
    await link.close();
  });

  test("the pace follows its slider, and JSON takes more bytes than millrace", async () => {
    await page.goto(served.url);
    await pace(200);
    await text("#quotes", /^(1|2)\d\d$/);
    await pace(1500);
    await text("#quotes", /^1,[3-7]\d\d$/);
    expect(Number(await text("#json"))).toBeGreaterThan(Number(await text("#bytes", /^[1-9]\d/)));
    await text("#trip", /^\d+\.\d$/);
  });

  test.each([360, 700, 1280])("at %i px nothing is wider than the page, and nothing jumps", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.addInitScript(() => {
      const shifts: string[] = [];
      Object.assign(globalThis, { shifts });
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries() as LayoutShift[]) {
          for (const { node, previousRect: from, currentRect: to } of sources) {
            const place = `${node?.nodeName} in ${node?.parentElement?.outerHTML}`;
            shifts.push(`${place}: ${from.x},${from.y} → ${to.x},${to.y}`);
          }
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(served.url);
    await pricesMove();
    await press("Stop the server");
    await state("waiting");
    await press("Start the server");
    await state("open");
    await pricesMove();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.evaluate("shifts")).toEqual([]);
  });

  /** A page whose problems are noted. */
  async function blank(): Promise<Page> {
    const made = await browser.newPage({ viewport: { width: 360, height: 800 } });
    made.on("console", (message) => isProblem(message) && problems.push(message.text()));
    made.on("pageerror", (error) => problems.push(error.message));
    return made;
  }

  /** One more page of the demo. */
  async function open(): Promise<Page> {
    const made = await blank();
    await made.goto(served.url);
    return made;
  }

  /** Waits until the text of an element is as expected, and returns it. */
  async function text(selector: string, expected = /[^]*/, of = page): Promise<string> {
    const found = await of.waitForFunction(
      ([place, source]) => {
        const { textContent } = document.querySelector(place)!;
        return new RegExp(source).test(textContent) && { textContent };
      },
      [selector, expected.source],
    );
    return ((await found.jsonValue()) as { textContent: string }).textContent;
  }

  function state(name: string): Promise<string> {
    return text("#state", new RegExp(`^${name}$`));
  }

  async function pricesMove(of = page): Promise<void> {
    const before = await text("#prices", /[^]*/, of);
    await of.waitForFunction((old) => document.querySelector("#prices")!.textContent !== old, before);
  }

  /** What a page shows of the newest quotes. */
  async function shown(of: Page) {
    const prices = await of.locator("#prices td:nth-child(2)").allTextContents();
    return { prices, offset: await text("#offset", /[^]*/, of), date: await text("#date", /[^]*/, of) };
  }

  function rows(): Promise<string[]> {
    return page.locator("#prices th").allTextContents();
  }

  async function press(name: string): Promise<void> {
    await page.getByRole("button", { name }).click();
  }

  async function pace(perSecond: number): Promise<void> {
    await page.getByLabel("Pace").fill(String(perSecond));
  }
});

/** That nobody answers is what the browser reports by itself of each attempt to connect. */
function isProblem(message: ConsoleMessage): boolean {
  return message.type() !== "log" && !/^WebSocket connection to .* failed: /.test(message.text());
}
