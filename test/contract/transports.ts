import { checkLimits } from "../../src/link/limits.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { establish } from "../support/single-link.js";
import type { Site } from "../support/site.js";
import type { Case, Rig } from "./cases.js";
import { until } from "./check.js";

/** Makes both ends of a link. */
type Open = (runtime: Runtime, site: Site) => Promise<Pick<Rig, "server" | "link">>;

/** All that a link can go over in Node.js. */
export const transports: { readonly [name: string]: Open } = {
  async tcp(runtime) {
    const server = await listen({ tcp: "127.0.0.1:0", runtime });
    return { server, link: await connect(server.urls[0], { runtime }) };
  },
  async "tcp by data events"(runtime) {
    const server = await listen({ tcp: "127.0.0.1:0", runtime, reading: "data" });
    return { server, link: await connect(server.urls[0], { runtime, reading: "data" }) };
  },
  async "unix socket"(runtime, site) {
    const server = await listen({ ...site.at("unix"), runtime });
    return { server, link: await connect(server.urls[0], { runtime }) };
  },
  async websocket(runtime) {
    const server = await listen({ ws: "127.0.0.1:0", runtime });
    return { server, link: await connect(server.urls[0], { runtime }) };
  },
  async memory(runtime) {
    const server = new Server(runtime, checkLimits());
    const pace = (step: () => void): void => void setImmediate(step);
    return { server, link: await establish((start) => memoryPipe(start, server.accept, pace), runtime, checkLimits()) };
  },
};

/** Those that need certificates. */
export const secureTransports: { readonly [name: string]: Open } = {
  async tls(runtime, site) {
    const server = await listen({ ...site.at("tls"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("tls"), runtime }) };
  },
  async "tls by data events"(runtime, site) {
    const server = await listen({ ...site.at("tls"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("tls"), runtime, reading: "data" }) };
  },
  async "mutual tls"(runtime, site) {
    const { ca, own } = site;
    const tls = { address: "127.0.0.1:0", ...own, ca, clientCertificates: "required" } as const;
    const server = await listen({ tls, runtime });
    return { server, link: await connect(server.urls[0], { tls: { ca, ...own }, runtime }) };
  },
  async "secure websocket"(runtime, site) {
    const server = await listen({ ...site.at("wss"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("wss"), runtime }) };
  },
};

/** Sees that a promise is kept over a transport, and that nothing is left behind. */
export async function keep({ run }: Case, open: Open, site: Site): Promise<void> {
  const reports: string[] = [];
  const runtime = createRuntime({ report: (error, doing) => void reports.push(`${doing}: ${String(error)}`) });
  const { server, link } = await open(runtime, site);
  try {
    await run({ server, link, reports, leased: () => runtime.slabs.leased });
  } finally {
    await link.close();
    await server.close();
  }
  await until(() => runtime.slabs.leased === 0 && server.links.size === 0);
}
