import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Debian's own. */
const EXECUTABLE = "/usr/bin/chromium";

/** Whether this machine has a browser to test in. */
export const hasChromium = existsSync(EXECUTABLE);

/** Starts a browser that keeps to what it is told. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    // What a page that nobody sees has to live with.
    ignoreDefaultArgs: ["--disable-background-timer-throttling", "--disable-renderer-backgrounding"],
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
