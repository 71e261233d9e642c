import { connect } from "millrace/browser";
import { Replay } from "../../../../schemas/gen/market.js";
import { byId } from "./dom.js";
import { EventList } from "./event-list.js";
import { LinkView } from "./link-view.js";
import { Meter } from "./meter.js";
import { PaceControl } from "./pace-control.js";
import { Plots } from "./plots.js";
import { PriceTable } from "./price-table.js";
import { showRoundTrip } from "./round-trip.js";
import { ServerSwitch } from "./server-switch.js";
import { Watcher } from "./watcher.js";

const sampleMs = 500;

const serverSwitch = new ServerSwitch();
const { url } = await serverSwitch.refresh();
const link = await connect(url, { waitForReady: true });
const events = new EventList();
new LinkView(link, url, events).start();
link.onState(() => void serverSwitch.refresh().catch(() => {}));
showRoundTrip(link, "IBM");

const table = new PriceTable();
const meter = new Meter(link.stats.bytesIn);
const watcher = new Watcher(link, events, (quote, offset) => {
  table.take(quote, offset);
  meter.count(quote);
});
showRates();
const pace = new PaceControl(link.client(Replay));
await Promise.all([watcher.run(), pace.run()]).catch((error: Error) => (byId("error").textContent = error.message));

function showRates(): void {
  const plots = new Plots();
  setInterval(() => {
    const rates = meter.read(link.stats.bytesIn);
    plots.add(rates);
    byId("quotes").textContent = Math.round(rates.quotes).toLocaleString("en");
    byId("bytes").textContent = (rates.bytes / 1000).toFixed(1);
    byId("json").textContent = (rates.jsonBytes / 1000).toFixed(1);
    byId("ratio").textContent = rates.quotes > 0 ? `, ${(rates.jsonBytes / rates.bytes).toFixed(2)} times` : "";
  }, sampleMs);
}
