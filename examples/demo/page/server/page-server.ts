import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadAssets } from "./assets.js";
import { MarketServer } from "./market-server.js";
import { Site } from "./site.js";

/** A page that is up. */
export interface Page {
  /** For a browser on this machine. */
  readonly url: string;
  /** The address of the market that the page connects to. */
  readonly marketUrl: string;
  /** Ends both servers. */
  close(): Promise<void>;
}

/** Serves the page on a free port of the loopback interface, and the market that it shows on another one. */
export async function startPage(): Promise<Page> {
  const assets = loadAssets();
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const market = new MarketServer(hosts.map((host) => `http://${host}`));
  await market.start();
  const site = new Site(assets, market, hosts);
  server.on("request", (request, response) => void site.answer(request, response));
  return {
    url: `http://${hosts[0]}/`,
    marketUrl: market.url,
    async close() {
      await Promise.all([closeHttp(server), market.stop()]);
    },
  };
}

async function closeHttp(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
