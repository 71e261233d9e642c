import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createWebSocketStream, WebSocket, WebSocketServer } from "ws";

/** Joins WebSockets in pairs, in the order they come, so that both ends of a link can be in one browser. */
export class Relay {
  private waiting: WebSocket | undefined;

  private constructor(private readonly server: WebSocketServer) {
    server.on("connection", (socket) => this.onSocket(socket));
  }

  static async start(): Promise<Relay> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
    await once(server, "listening");
    return new Relay(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    await once(this.server, "close");
  }

  private onSocket(socket: WebSocket): void {
    socket.pause();
    const other = this.waiting;
    this.waiting = other ? undefined : socket;
    if (other) join(other, socket);
  }
}

/** Hands on what comes, as fast as the other one takes it. */
function join(one: WebSocket, other: WebSocket): void {
  const [left, right] = [one, other].map((socket) => createWebSocketStream(socket, { readableObjectMode: true }));
  left.pipe(right).pipe(left);
  for (const stream of [left, right]) stream.on("error", () => {});
  one.on("close", () => other.terminate());
  other.on("close", () => one.terminate());
}
