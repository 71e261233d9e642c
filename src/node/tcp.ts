import net from "node:net";
import type { Listener } from "../server/server.js";
import { type Address, formatUrl } from "./address.js";
import { closeServer, type Door, listeningOnPort } from "./door.js";
import { dial, type Reading, receive, type Start } from "./socket.js";

/** Opens a TCP connection. */
export function connectTcp({ host, port }: Address, lookup: net.LookupFunction, start: Start, reading: Reading): void {
  const url = formatUrl("tcp", host, port);
  dial(url, start, reading, (onread) => net.connect({ host, port, lookup, noDelay: true, ...onread }));
}

/** Listens on a TCP address. Rejects with `unavailable` when it cannot. */
export async function listenTcp(address: Address, door: Door): Promise<Listener> {
  const server = net.createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const { remoteAddress = "", remotePort = 0 } = socket;
    receive(socket, formatUrl("tcp", remoteAddress, remotePort), door.accept, door.reading);
  });
  const url = await listeningOnPort(server, "tcp", address);
  return { url, close: () => closeServer(server) };
}
