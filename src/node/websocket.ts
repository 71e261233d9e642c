import http from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { MillraceError } from "../error.js";
import type { Limits } from "../link/limits.js";
import type { Receiver, Transport } from "../link/transport.js";
import type { Listener } from "../server/server.js";
import { type Address, formatUrl, socketError } from "./address.js";
import { listening } from "./tcp.js";

/** The longest message that a batch makes of small frames; a longer one holds a single frame. */
const BATCH_BYTES = 64 * 1024;
/** No sender of ours makes more than one; some leeway for proxies that split messages. */
const MAX_FRAGMENTS = 64;

/** One WebSocket under a link: each binary message holds whole frames. */
class WebSocketTransport implements Transport {
  private receiver!: Receiver;

  constructor(
    readonly address: string,
    private readonly socket: WebSocket,
  ) {}

  attach(receiver: Receiver): void {
    this.receiver = receiver;
    let failure: Error | undefined;
    this.socket.on("message", (data, isBinary) => this.onMessage(data as Buffer, isBinary));
    this.socket.on("error", (error) => (failure ??= socketError(error, this.address)));
    this.socket.on("unexpected-response", (_request, response) => {
      failure = new MillraceError(
        "unavailable",
        `${this.address} answered ${response.statusCode} instead of a WebSocket`,
      );
      this.socket.terminate();
    });
    this.socket.on("close", () => this.receiver.closed(failure));
  }

  write(bytes: Uint8Array, written: () => void): void {
    if (this.socket.readyState === WebSocket.CONNECTING) {
      this.socket.once("open", () => this.write(bytes, written));
      return;
    }
    this.socket.send(bytes, { binary: true, compress: false }, written);
  }

  end(): void {
    this.socket.close();
  }

  destroy(): void {
    this.socket.terminate();
  }

  private onMessage(data: Buffer, isBinary: boolean): void {
    if (isBinary) return this.receiver.receive(data);
    this.receiver.refuse(
      new MillraceError("invalid_argument", "a WebSocket text message: millrace sends binary ones only"),
    );
  }
}

function settings(limits: Limits) {
  const maxPayload = Math.max(BATCH_BYTES, limits.maxFrameBytes + 8);
  return { perMessageDeflate: false, maxPayload, maxFragments: MAX_FRAGMENTS, skipUTF8Validation: true };
}

/** Opens a WebSocket; `start` makes the link. */
export function connectWebSocket(url: string, limits: Limits, start: (transport: Transport) => Receiver): void {
  const socket = new WebSocket(url, settings(limits));
  const transport = new WebSocketTransport(url, socket);
  transport.attach(start(transport));
}

/**
 * Listens for WebSockets on an address. A browser says which page a request comes from: an `Origin` that is sent must
 * be one of `origins`, to the letter, or the request is answered 403; programs that send none are let in.
 */
export function listenWebSocket(
  address: Address,
  limits: Limits,
  origins: readonly string[],
  accept: (transport: Transport) => Receiver,
): Promise<Listener> {
  const sockets = new WebSocketServer({ ...settings(limits), noServer: true, clientTracking: false });
  const server = http.createServer((_request, response) => {
    response
      .writeHead(426, { connection: "close", "content-type": "text/plain" })
      .end("This is a WebSocket endpoint.\n");
  });
  server.on("upgrade", (request, socket, head) => {
    const { origin } = request.headers;
    if (origin !== undefined && !origins.includes(origin)) return forbid(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { remoteAddress = "", remotePort = 0 } = request.socket;
      const transport = new WebSocketTransport(formatUrl("ws", remoteAddress, remotePort), webSocket);
      transport.attach(accept(transport));
    });
  });
  return listening(server, address, "ws", async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
  });
}

function forbid(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
