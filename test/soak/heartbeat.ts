import { connect } from "../../src/node/index.js";
import { DEFAULT_LIMITS } from "../../src/link/limits.js";
import { Watched } from "../support/watched.js";
import { must, type Part } from "./part.js";

const MOST_MS = 2 * DEFAULT_LIMITS.pingIntervalMs + 1000;

/** A peer whose process is stopped is found by the heartbeat as it is unless configured. */
export const heartbeat: Part = {
  name: "heartbeat",
  about: `a peer that is stopped is found within ${MOST_MS} ms`,
  async run() {
    const server = await Watched.start();
    const links = await Promise.all(server.urls.map((url) => connect(url, { reconnect: false })));
    server.process.kill("SIGSTOP");
    const start = performance.now();
    const reasons = await Promise.all(links.map(({ closed }) => closed));
    const ms = Math.round(performance.now() - start);
    server.process.kill("SIGKILL");
    for (const { message } of reasons) must(message.includes("did not answer a ping"), `a link ended by ${message}`);
    must(ms <= MOST_MS, `it took ${ms} ms`);
    return `found over ${server.urls.map((url) => new URL(url).protocol.slice(0, -1)).join(" and ")} after ${ms} ms`;
  },
};
