import { Market, type MarketClient, type Quote, type Symbol } from "../../schemas/gen/market.js";
import type { Link, Topic, TopicOptions } from "../../src/index.js";
import type { Server } from "../../src/node/index.js";
import { Network, type NetworkConnectOptions } from "../../src/testing/index.js";

/** A server with a topic, and a client of it, in memory. */
export interface TopicSite {
  readonly net: Network;
  readonly server: Server;
  readonly topic: Topic<Symbol, Quote>;
  readonly link: Link;
  readonly market: MarketClient;
}

export async function site(
  options: TopicOptions<Symbol, Quote> = {},
  seed = 1,
  connecting: NetworkConnectOptions = {},
): Promise<TopicSite> {
  const net = new Network({ seed });
  const server = net.listen();
  const topic = server.topic(Market.quotes, options);
  const link = await net.connect(server, connecting);
  return { net, server, topic, link, market: link.client(Market) };
}
