import type { Browser, Page } from "playwright-core";
import { bundle } from "../../examples/support/bundle.js";
import { startChromium } from "../../examples/support/chromium.js";
import { Pages } from "../../examples/support/pages.js";

/** Where a script runs in a browser. */
export type Realm = Pick<Page, "evaluate">;

/** A browser with a page and a worker that both run the same script of test/browser. */
export class Lab {
  private constructor(
    readonly chromium: Browser,
    readonly page: Page,
    readonly worker: Realm,
    private readonly pages: Pages,
  ) {}

  static async open(source = "test/browser/in-page.ts"): Promise<Lab> {
    const script = await bundle(source);
    const pages = await Pages.serve({ "/index.html": '<script src="/in-page.js"></script>', "/in-page.js": script });
    const chromium = await startChromium();
    const page = await chromium.newPage();
    await page.goto(`${pages.origin}/index.html`);
    const started = page.waitForEvent("worker");
    await page.evaluate(() => new Worker("/in-page.js"));
    return new Lab(chromium, page, await started, pages);
  }

  /** Where a browser says its pages come from. */
  get origin(): string {
    return this.pages.origin;
  }

  async close(): Promise<void> {
    await this.chromium.close();
    await this.pages.close();
  }
}
