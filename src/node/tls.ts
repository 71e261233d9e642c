import net from "node:net";
import tls from "node:tls";
import type { Listener } from "../server/server.js";
import { type Address, formatUrl, parseAddress } from "./address.js";
import { Arrivals, closeServer, type Door, listeningOnPort } from "./door.js";
import {
  certificateOf,
  type ClientSecurity,
  clientContext,
  refusal,
  type SecureAddress,
  serverOptions,
  usable,
} from "./secure.js";
import { dial, type Reading, SocketTransport, type Start } from "./socket.js";

/** The name of the protocol in TLS's own handshake. */
const ALPNProtocols = ["millrace/1"];

/** Opens a TLS connection. Throws `invalid_argument` when key or certificates cannot be used. */
export function connectTls(
  { host, port }: Address,
  security: ClientSecurity,
  lookup: net.LookupFunction,
  start: Start,
  reading: Reading,
): void {
  const secureContext = clientContext(security);
  const servername = security.servername ?? (net.isIP(host) === 0 ? host : "");
  const { transport, socket } = dial(formatUrl("tls", host, port), start, reading, (onread) =>
    tls.connect({ host, port, lookup, servername, secureContext, ALPNProtocols, rejectUnauthorized: true, ...onread }),
  );
  socket.setNoDelay(true);
  socket.once("secureConnect", () => (transport.certificate = certificateOf(socket)));
}

/** Listens for TLS. Rejects with `unavailable` or, for keys and certificates that cannot be used, `invalid_argument`. */
export async function listenTls(secure: SecureAddress, door: Door): Promise<Listener> {
  const server = usable(() => tls.createServer({ ...serverOptions(secure), ALPNProtocols }));
  const arrivals = new Arrivals(server, door);
  server.on("secureConnection", (socket) => {
    arrivals.passed(socket);
    const { remoteAddress = "", remotePort = 0 } = socket;
    const transport = new SocketTransport(formatUrl("tls", remoteAddress, remotePort));
    transport.certificate = certificateOf(socket);
    transport.receiver = door.accept(transport);
    // The sockets of a TLS server have no `onread`.
    transport.attach(socket, "data");
    const refused = refusal(socket, secure);
    if (refused) transport.receiver.refuse(refused);
  });
  const url = await listeningOnPort(server, "tls", parseAddress(secure.address));
  return {
    url,
    close() {
      arrivals.close();
      return closeServer(server);
    },
  };
}
