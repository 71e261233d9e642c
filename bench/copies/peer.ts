import { listen, type Server } from "millrace/node";
import { Echo } from "../../schemas/gen/echo.js";
import { echoHandlers } from "../pair/echo.js";
import type { Driver, Peer, Place, Serving, Shape, Site } from "../pair/load.js";
import { connectEcho } from "../pair/millrace.js";
import { checkId, checkPayload, isSampled, payloadOf } from "../pair/payload.js";
import { PromiseDriver } from "../pair/promise-driver.js";
import { listenOptions } from "../pair/site.js";
import type { Sample } from "../suite.js";

/** A server whose handler reads the bytes of each request and answers with its id alone. */
export const peer: Peer = { serve, connect };

async function serve(site: Site): Promise<Serving> {
  let count = 0;
  const server = await listen(listenOptions(site));
  server.serve(Echo, {
    ...echoHandlers,
    async unary({ id, data }) {
      if (isSampled(count++)) checkPayload(data, 0, data.length, payloadOf(data.length));
      return { id };
    },
  });
  return { url: server.urls[0], measured: copiedOf(server) };
}

/** Bytes copied for each million received since it was asked last. */
function copiedOf(server: Server): () => Sample[] {
  let before = { bytesIn: 0, bytesCopied: 0 };
  return () => {
    let [bytesIn, bytesCopied] = [0, 0];
    for (const { stats } of server.links) {
      bytesIn += stats.bytesIn;
      bytesCopied += stats.bytesCopied;
    }
    const received = bytesIn - before.bytesIn;
    const copied = bytesCopied - before.bytesCopied;
    before = { bytesIn, bytesCopied };
    return received === 0 ? [] : [{ metric: "copied", value: (copied / received) * 1e6 }];
  };
}

async function connect(place: Place, { window, payloadBytes }: Shape): Promise<Driver> {
  const echo = await connectEcho(place);
  const data = payloadOf(payloadBytes);
  return new PromiseDriver(window, async (id) => checkId((await echo.unary({ id, data })).id, id));
}
