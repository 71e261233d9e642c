import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { cases } from "../contract/cases.js";
import { bundle } from "../support/bundle.js";
import { hasChromium, startChromium } from "../support/chromium.js";
import { Pages } from "../support/pages.js";
import { Relay } from "../support/relay.js";
import type { Scenarios } from "./in-page.js";

declare const scenarios: Scenarios;

describe.skipIf(!hasChromium)("in Chromium", () => {
  let browser: Browser;
  let pages: Pages;
  let relay: Relay;
  const realms: { [name: string]: Pick<Page, "evaluate"> } = {};

  beforeAll(async () => {
    const script = await bundle("test/browser/in-page.ts");
    pages = await Pages.serve({ "/index.html": '<script src="/in-page.js"></script>', "/in-page.js": script });
    relay = await Relay.start();
    browser = await startChromium();
    const page = await browser.newPage();
    await page.goto(`${pages.origin}/index.html`);
    const started = page.waitForEvent("worker");
    await page.evaluate(() => new Worker("/in-page.js"));
    Object.assign(realms, { page, worker: await started });
  });

  afterAll(async () => {
    await browser.close();
    await relay.close();
    await pages.close();
  });

  for (const realm of ["page", "worker"]) {
    describe(`in a ${realm}`, () => {
      for (const { name } of cases) {
        test(name, () => realms[realm].evaluate(([name, url]) => scenarios.contract(name, url), [name, relay.url]));
      }
    });
  }
});
