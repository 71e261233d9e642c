import { connect, createRuntime, listen } from "millrace/node";
import { Market } from "../../../schemas/gen/market.js";
import { connectOptions, listenOptions } from "../../pair/site.js";
import { EVENT_BYTES } from "../event.js";
import { type Fan, nowUs, peerOf } from "../fan.js";

const key = { symbol: "ACME" };
const empty = { ...key, time: nowUs(), price: 1 };
/** Makes an event as long as those of the others. */
const currency = "x".repeat(EVENT_BYTES - 2 - 6 - 9 - 8);

export const fan: Fan = {
  async serve(site) {
    const server = await listen({ ...listenOptions(site), runtime: createRuntime() });
    const quotes = server.topic(Market.quotes);
    return {
      url: server.urls[0],
      publish(events) {
        for (let i = 0; i < events; i++) void quotes.publish(key, { ...empty, time: nowUs(), currency });
      },
    };
  },
  async subscribe(place, got) {
    const link = await connect(place.url, connectOptions(place));
    const quotes = link.client(Market).quotes(key, { from: "latest" });
    void (async () => {
      for await (const batch of quotes.batches()) got(batch.length, batch[batch.length - 1].time);
    })();
    while (quotes.epoch === undefined) await new Promise(setImmediate);
  },
};

/** Ourselves: one topic, one key. */
export const peer = peerOf(fan, import.meta.url);
