import { startJsonServer, startServer } from "./server.js";

/** What the demo may ask of its server's process. */
export type Question = "usage";

/** Where the servers are. */
export interface Addresses {
  readonly urls: readonly string[];
  readonly jsonUrl: string;
}

/** What the server's process has used and counted so far. */
export interface Usage {
  readonly cpuUs: number;
  readonly typed: number;
}

const server = await startServer();
const addresses: Addresses = { urls: server.urls, jsonUrl: await startJsonServer() };

process.on("disconnect", () => process.exit());
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, typed: server.typed() } satisfies Usage);
});
process.send?.(addresses);
