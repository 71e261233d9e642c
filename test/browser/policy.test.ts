import type { Browser, Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "../../examples/support/bundle.js";
import { hasChromium, startChromium } from "../../examples/support/chromium.js";
import { Pages } from "../../examples/support/pages.js";
import { listen, type Server } from "../../src/node/index.js";
import type { Scenarios } from "./in-page.js";

declare const scenarios: Scenarios;

const SCRIPT = '<script src="/in-page.js"></script>';
const FORBIDDEN = `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`;

describe.skipIf(!hasChromium)("a page that may not connect", () => {
  let pages: Pages;
  let chromium: Browser;
  let server: Server;

  beforeAll(async () => {
    pages = await Pages.serve({
      "/in-page.js": await bundle("test/browser/in-page.ts"),
      "/forbidden.html": FORBIDDEN + SCRIPT,
      "/inner.html": SCRIPT,
      "/outer.html": '<iframe sandbox="allow-scripts" src="/inner.html"></iframe>',
    });
    chromium = await startChromium();
    server = await listen({ ws: "127.0.0.1:0", origins: [pages.origin] });
  });

  afterAll(async () => {
    await chromium.close();
    await server.close();
    await pages.close();
  });

  /** Why the script of a page, or of the frame in it, cannot connect. */
  async function refusal(path: string): Promise<string> {
    const page = await chromium.newPage();
    await page.goto(pages.origin + path);
    const frame: Frame = page.frames().at(-1)!;
    return frame.evaluate((url) => scenarios.refusal(url), server.urls[0]);
  }

  test("by its Content-Security-Policy is told at once to look at its console", async () => {
    expect(await refusal("/forbidden.html")).toMatch(/^\[unavailable\] .* cannot be opened: .* See its console$/);
  });

  test("from the origin of a sandbox is told which one that is", async () => {
    expect(await refusal("/outer.html")).toContain('is "null" one of its origins');
  });
});
