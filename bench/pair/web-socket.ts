import { once } from "node:events";
import { WebSocket, WebSocketServer } from "ws";
import { portOf } from "./port.js";

/** Opens a `ws` server without compression and says where it listens. */
export async function listenWs(onConnection: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", onConnection);
  await once(server, "listening");
  return `ws://127.0.0.1:${portOf(server)}`;
}

/** Opens a `ws` client without compression. */
export async function connectWs(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, "open");
  return socket;
}
