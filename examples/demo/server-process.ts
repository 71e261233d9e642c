import { startJsonServer, startServer, type Addresses } from "./server.js";

/** What the demo may ask of its server's process. */
export type Question = "usage";

/** What the server's process says once its servers are up. */
export interface Ready extends Addresses {
  readonly jsonUrl: string;
}

/** What the server's process has used and counted so far. */
export interface Usage {
  readonly cpuUs: number;
  readonly typed: number;
}

const server = await startServer();
const { urls, ca } = server;
const ready: Ready = { urls, ...(ca && { ca }), jsonUrl: await startJsonServer() };

process.on("disconnect", async () => {
  await server.close();
  process.exit();
});
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, typed: server.typed() } satisfies Usage);
});
process.send?.(ready);
