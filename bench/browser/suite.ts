import { hasChromium, startChromium } from "../../examples/support/chromium.js";
import { Child } from "../../examples/support/child.js";
import type { Effort, Probe, Subject, Suite } from "../suite.js";
import type { Places } from "./places.js";
import { UnwatchedPage } from "../../examples/support/unwatched-page.js";

const times: Readonly<Record<Effort, { settleMs: number; windowMs: number }>> = {
  quick: { settleMs: 50, windowMs: 250 },
  full: { settleMs: 300, windowMs: 1_400 },
};

/** The subjects, and where each one's stream is. */
const sources: { readonly [subject: string]: keyof Places } = {
  millrace: "millrace",
  "millrace-batches": "millrace",
  "ws+json": "json",
  "ws+json-arrays": "arrays",
};

/** A stream of small messages that a page receives. */
export const browser: Suite = {
  name: "browser",
  about:
    "one server stream of quotes from Node.js to a page in Chromium, over the same browser's WebSocket; not pinned",
  packages: ["ws"],
  leftOut: hasChromium ? [] : ["all of it: there is no chromium"],
  rounds: { quick: 2, full: 5 },
  cases: hasChromium ? [{ name: "stream of quotes", subjects: Object.keys(sources).map(subjectOf) }] : [],
};

function subjectOf(name: string): Subject {
  return { name, open: (effort) => openProbe(name, effort) };
}

async function openProbe(name: string, effort: Effort): Promise<Probe> {
  const server = new Child<never, Places>("the server of quotes", new URL("./server.js", import.meta.url), [], {});
  const started = startChromium();
  const close = async (): Promise<void> => {
    await Promise.all([started.then((chromium) => chromium.close()), server.stop()]);
  };
  try {
    const places = await server.ready;
    const page = await UnwatchedPage.open(await started, places.page, "measure");
    const round = (): Promise<number> => ask(page, name, places[sources[name]], effort);
    await round();
    return { measure: async () => [{ metric: "rate", value: await round() }], close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ask(page: UnwatchedPage, name: string, url: string, effort: Effort): Promise<number> {
  const { settleMs, windowMs } = times[effort];
  const args = [name, url, settleMs, windowMs].map((value) => JSON.stringify(value));
  return (await page.run(`measure(${args.join()})`)) as number;
}
