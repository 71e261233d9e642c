import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { establish } from "../../src/client/connect.js";
import { checkLimits } from "../../src/link/limits.js";
import type { Runtime } from "../../src/link/runtime.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { Authority, canMakeCertificates, type Identity, LOCAL } from "../support/certificates.js";
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
    const server = await listen({ unix: join(folder, "a.sock"), runtime });
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
    const server = await listen({ tls: { address: "127.0.0.1:0", ...own }, runtime });
    return { server, link: await connect(server.urls[0], { tls: { ca }, runtime }) };
  },
  async "tls by data events"(runtime) {
    const server = await listen({ tls: { address: "127.0.0.1:0", ...own }, runtime });
    return { server, link: await connect(server.urls[0], { tls: { ca }, runtime, reading: "data" }) };
  },
  async "mutual tls"(runtime) {
    const server = await listen({
      tls: { address: "127.0.0.1:0", ...own, ca, clientCertificates: "required" },
      runtime,
    });
    return { server, link: await connect(server.urls[0], { tls: { ca, ...own }, runtime }) };
  },
  async "secure websocket"(runtime) {
    const server = await listen({ wss: { address: "127.0.0.1:0", ...own }, runtime });
    return { server, link: await connect(server.urls[0], { tls: { ca }, runtime }) };
  },
};

let folder: string;
let ca: string;
let own: Identity;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-contract-"));
  if (!canMakeCertificates) return;
  const authority = new Authority("Contract");
  ca = authority.cert;
  own = authority.issue("both ends", LOCAL);
  authority.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

for (const [name, open] of Object.entries({ ...transports, ...secureTransports })) {
  describe.skipIf(name in secureTransports && !canMakeCertificates)(name, () => {
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
