import { once } from "node:events";
import net from "node:net";
import { listen } from "../../src/node/index.js";
import { cannotTest, PROTOCOLS, type Protocol, Site } from "../support/site.js";
import { hello } from "../support/wire.js";
import { must, type Part } from "./part.js";

const TIMEOUT_MS = 5000;
const LEEWAY_MS = 1000;
const DRIP_MS = 900;

/** Connections that say nothing, or next to nothing, are closed at the handshake's deadline as it is unless configured. */
export const handshake: Part = {
  name: "handshake",
  about: `silent connections are closed after ${TIMEOUT_MS} ms`,
  async run() {
    const site = new Site();
    const protocols = PROTOCOLS.filter((protocol) => !cannotTest(protocol));
    try {
      const silent = protocols.map((protocol) => timeToClose(site, protocol, false));
      const dripping = protocols.map((protocol) => timeToClose(site, protocol, true));
      const times = await Promise.all([...silent, ...dripping]);
      for (const ms of times) {
        must(Math.abs(ms - TIMEOUT_MS) < LEEWAY_MS, `a connection was closed after ${Math.round(ms)} ms`);
      }
      const [least, most] = [Math.min(...times), Math.max(...times)].map(Math.round);
      return `${times.length} connections over ${protocols.join(", ")} were closed after ${least} to ${most} ms`;
    } finally {
      site.close();
    }
  },
};

/** How long a server leaves a connection open that says nothing, or a byte of a HELLO now and then. */
async function timeToClose(site: Site, protocol: Protocol, drips: boolean): Promise<number> {
  const server = await listen({
    ...site.at(protocol),
    ...(protocol === "unix" && { unix: `${site.folder}/${drips}.sock` }),
  });
  const [url] = server.urls;
  const socket = protocol === "unix" ? net.connect(url.slice("unix://".length)) : net.connect(portOf(url), "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  await once(socket, "connect");
  const start = performance.now();
  const opening =
    protocol === "ws"
      ? Buffer.from("GET / HTTP/1.1\r\n")
      : protocol === "tcp" || protocol === "unix"
        ? hello()
        : TLS_HELLO;
  let said = 0;
  const drip = setInterval(() => drips && socket.write(opening.subarray(said, ++said)), DRIP_MS);
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(drip);
  await server.close();
  return performance.now() - start;
}

/** How a TLS handshake begins: a record of 512 bytes, with a ClientHello. */
const TLS_HELLO = Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3);

function portOf(url: string): number {
  return Number(new URL(url).port);
}
