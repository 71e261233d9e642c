import { connect, createRuntime } from "millrace/browser";
import { openWebSocket, WebSocketTransport } from "../../src/browser/websocket.js";
import { checkLimits } from "../../src/link/limits.js";
import { Server } from "../../src/server/server.js";
import { cases } from "../contract/cases.js";
import { equal, until } from "../contract/check.js";

/** What a test may ask a page or a worker to do. */
const scenarios = {
  /** Keeps one promise of the contract, both ends in this browser, with a relay between them. */
  async contract(promise: string, relay: string): Promise<void> {
    const reports: string[] = [];
    const runtime = createRuntime({ report: (error, doing) => void reports.push(`${doing}: ${String(error)}`) });
    const server = new Server(runtime, checkLimits());
    const transport = new WebSocketTransport(relay, openWebSocket(relay), runtime);
    transport.attach(server.accept(transport));
    const link = await connect(relay, { runtime });
    const leased = (): number => runtime.slabs.leased;
    try {
      await cases.find(({ name }) => name === promise)!.run({ server, link, reports, leased });
    } finally {
      await link.close();
      await server.close();
    }
    await until(() => leased() === 0 && server.links.size === 0);
    equal(runtime.slabs.lentBytes, 0);
  },
};

export type Scenarios = typeof scenarios;

Object.assign(globalThis, { scenarios });
