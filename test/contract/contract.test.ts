import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { establish } from "../support/single-link.js";
import { checkLimits } from "../../src/link/limits.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { cannotTest, Site } from "../support/site.js";
import { cases, type Rig } from "./cases.js";

type Open = (runtime: Runtime) => Promise<Pick<Rig, "server" | "link">>;

const transports: { [name: string]: Open } = {
  async tcp(runtime) {
    const server = await listen({ tcp: "127.0.0.1:0", runtime });
    return { server, link: await connect(server.urls[0], { runtime }) };
  },
  async "tcp by data events"(runtime) {
    const server = await listen({ tcp: "127.0.0.1:0", runtime, reading: "data" });
    return { server, link: await connect(server.urls[0], { runtime, reading: "data" }) };
  },
  async "unix socket"(runtime) {
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

const secureTransports: { [name: string]: Open } = {
  async tls(runtime) {
    const server = await listen({ ...site.at("tls"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("tls"), runtime }) };
  },
  async "tls by data events"(runtime) {
    const server = await listen({ ...site.at("tls"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("tls"), runtime, reading: "data" }) };
  },
  async "mutual tls"(runtime) {
    const { ca, own } = site;
    const tls = { address: "127.0.0.1:0", ...own, ca, clientCertificates: "required" } as const;
    const server = await listen({ tls, runtime });
    return { server, link: await connect(server.urls[0], { tls: { ca, ...own }, runtime }) };
  },
  async "secure websocket"(runtime) {
    const server = await listen({ ...site.at("wss"), runtime });
    return { server, link: await connect(server.urls[0], { ...site.trust("wss"), runtime }) };
  },
};

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const [name, open] of Object.entries({ ...transports, ...secureTransports })) {
  describe.skipIf(name in secureTransports && cannotTest("tls"))(name, () => {
    for (const { name: promise, run } of cases) {
      test(promise, async () => {
        const reports: string[] = [];
        const runtime = createRuntime({ report: (error, doing) => void reports.push(`${doing}: ${String(error)}`) });
        const { server, link } = await open(runtime);
        try {
          await run({ server, link, reports, leased: () => runtime.slabs.leased });
        } finally {
          await link.close();
          await server.close();
        }
        await expect.poll(() => [runtime.slabs.leased, server.links.size]).toEqual([0, 0]);
      });
    }
  });
}
