import type { Browser, ConsoleMessage, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Page as Served, startPage } from "../../examples/demo/page/server/page-server.js";
import { hasChromium, startChromium } from "../../examples/support/chromium.js";

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
    page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    page.on("console", (message) => isProblem(message) && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(error.message));
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

  /** Waits until the text of an element is as expected, and returns it. */
  async function text(selector: string, expected = /[^]*/): Promise<string> {
    const found = await page.waitForFunction(
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

  async function pricesMove(): Promise<void> {
    const before = await text("#prices");
    await page.waitForFunction((old) => document.querySelector("#prices")!.textContent !== old, before);
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
