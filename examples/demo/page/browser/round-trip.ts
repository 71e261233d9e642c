import type { Link } from "millrace";
import { Market } from "../../../../schemas/gen/market.js";
import { byId } from "./dom.js";

/** Makes a small call each second while the link is open, beside the stream, and shows how long the answer took. */
export function showRoundTrip(link: Link, symbol: string): void {
  const market = link.client(Market);
  const shown = byId("trip");
  const call = async (): Promise<void> => {
    const start = performance.now();
    await market.lastQuote({ symbol }, { timeoutMs: 5000 });
    shown.textContent = (performance.now() - start).toFixed(1);
  };
  setInterval(() => {
    if (link.state !== "open") shown.textContent = "–";
    else call().catch(() => (shown.textContent = "–"));
  }, 1000);
}
