import http from "node:http";
import https from "node:https";
import type net from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { WebSocket, WebSocketServer } from "ws";
import { MillraceError } from "../error.js";
import type { Limits } from "../link/limits.js";
import type { SharedFrames } from "../link/shared-frames.js";
import type { PeerCertificate, Receiver, Transport } from "../link/transport.js";
import type { Listener } from "../server/server.js";
import { type Address, formatUrl, parseAddress } from "./address.js";
import { Arrivals, closeServer, type Door, listeningOnPort } from "./door.js";
import { closeCode, socketError } from "./failure.js";
import { maskedMessage } from "./masked-message.js";
import {
  certificateOf,
  type ClientSecurity,
  clientContext,
  refusal,
  type SecureAddress,
  serverOptions,
  usable,
} from "./secure.js";
import type { Start } from "./socket.js";

/** The longest message that a batch makes of small frames; a longer one holds a single frame. */
const BATCH_BYTES = 64 * 1024;
/** No sender of ours makes more than one; some leeway for proxies that split messages. */
const MAX_FRAGMENTS = 64;

/** One WebSocket under a link: each binary message holds whole frames. As a `SocketTransport`, it can be logged. */
class WebSocketTransport implements Transport {
  certificate: PeerCertificate | undefined;
  readonly #socket: WebSocket;
  readonly #isClient: boolean;
  #receiver!: Receiver;
  /** What `ws` writes its own messages to, in one go each. (It would hold them back only to compress them.) */
  #raw: net.Socket | undefined;

  constructor(
    readonly address: string,
    socket: WebSocket,
    isClient: boolean,
  ) {
    this.#socket = socket;
    this.#isClient = isClient;
  }

  /** The WebSocket is open, on `raw`. */
  opened(raw: net.Socket): void {
    if (writesTo(this.#socket, raw)) this.#raw = raw;
  }

  attach(receiver: Receiver): void {
    this.#receiver = receiver;
    let failure: Error | undefined;
    this.#socket.on("message", (data, isBinary) => this.onMessage(data as Buffer, isBinary));
    this.#socket.on("error", (error) => (failure ??= socketError(error, this.address)));
    this.#socket.on("unexpected-response", (_request, response) => {
      failure = new MillraceError(
        "unavailable",
        `${this.address} answered ${response.statusCode} instead of a WebSocket`,
      );
      this.#socket.terminate();
    });
    this.#socket.on("close", (code, reason) => {
      this.#receiver.closed(failure ?? closeCode(code, reason, this.address));
    });
  }

  write(bytes: Uint8Array, written: () => void): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) {
      this.#socket.once("open", () => this.write(bytes, written));
      return;
    }
    // What a client sends is masked, for which `ws` takes longer than for all else.
    const raw = this.#isClient ? this.rawIfOpen : undefined;
    if (raw) raw.write(maskedMessage(bytes), written);
    else this.#socket.send(bytes, { binary: true, compress: false }, written);
  }

  /** Writes a message that was made once for all, which only servers do. */
  writeShared(frames: SharedFrames, written: () => void): void {
    const raw = this.rawIfOpen;
    if (raw) raw.write(frames.message, written);
    else this.write(frames.bytes, written);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.close();
  }

  destroy(): void {
    this.#socket.terminate();
  }

  /** Where messages can be written beside `ws`. */
  private get rawIfOpen(): net.Socket | undefined {
    return this.#socket.readyState === WebSocket.OPEN ? this.#raw : undefined;
  }

  private onMessage(data: Buffer, isBinary: boolean): void {
    if (isBinary) return this.#receiver.receive(data);
    this.#receiver.refuse(
      new MillraceError("invalid_argument", "a WebSocket text message: millrace sends binary ones only"),
    );
  }
}

function settings(limits: Limits) {
  const maxPayload = Math.max(BATCH_BYTES, limits.maxFrameBytes + 8);
  return { perMessageDeflate: false, maxPayload, maxFragments: MAX_FRAGMENTS, skipUTF8Validation: true };
}

/**
 * Opens a WebSocket; with `security` over TLS.
 * Throws `invalid_argument` for a URL that is none, and when key or certificates cannot be used.
 */
export function connectWebSocket(
  url: string,
  limits: Limits,
  lookup: net.LookupFunction,
  start: Start,
  security?: ClientSecurity,
): void {
  if (!URL.canParse(url))
    throw new MillraceError("invalid_argument", `"${url}" is not an address: write ws://host:port`);
  const socket = new WebSocket(url, { ...settings(limits), lookup, ...(security && secureSettings(security)) });
  const transport = new WebSocketTransport(withoutUser(url), socket, true);
  socket.on("upgrade", ({ socket: raw }) => {
    if (security) transport.certificate = certificateOf(raw as TLSSocket);
    socket.once("open", () => transport.opened(raw));
  });
  transport.attach(start(transport));
}

/** What errors and peers may show of a URL: not the user and password in it, which `ws` sends with its request. */
function withoutUser(url: string): string {
  return url.replace(/\/\/[^/?#]*@/, "//");
}

function secureSettings(security: ClientSecurity) {
  const secureContext = clientContext(security);
  const { servername } = security;
  return { secureContext, rejectUnauthorized: true, ...(servername !== undefined && { servername }) };
}

/** Listens for WebSockets. Rejects with `unavailable` when it cannot. */
export function listenWebSocket(address: Address, origins: readonly string[], door: Door): Promise<Listener> {
  return serveWebSockets(http.createServer(), "ws", address, origins, door, () => undefined);
}

/** Listens for WebSockets over TLS. Rejects with `unavailable` or, for an unusable key or certificate, `invalid_argument`. */
export async function listenSecureWebSocket(
  secure: SecureAddress,
  origins: readonly string[],
  door: Door,
): Promise<Listener> {
  const server = usable(() => https.createServer(serverOptions(secure)));
  const address = parseAddress(secure.address);
  return serveWebSockets(server, "wss", address, origins, door, (transport, socket) => {
    transport.certificate = certificateOf(socket as TLSSocket);
    return refusal(socket as TLSSocket, secure);
  });
}

/**
 * Makes `server` upgrade to WebSockets and listen. A browser says which page a request comes from: an `Origin` that is
 * sent must be one of `origins`, to the letter, or the request is answered 403; programs that send none are let in.
 * @param identify notes who is at the other end, and says why that one may not come in.
 */
async function serveWebSockets(
  server: http.Server,
  protocol: string,
  address: Address,
  origins: readonly string[],
  door: Door,
  identify: (transport: WebSocketTransport, socket: net.Socket) => MillraceError | undefined,
): Promise<Listener> {
  checkOrigins(origins);
  const arrivals = new Arrivals(server, door);
  const sockets = new WebSocketServer({ ...settings(door.limits), noServer: true, clientTracking: false });
  server.on("request", tellWhatThisIs);
  server.on("upgrade", (request, socket, head) => {
    const { origin } = request.headers;
    if (origin !== undefined && !origins.includes(origin)) return forbid(socket);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      arrivals.passed(request.socket);
      const { remoteAddress = "", remotePort = 0 } = request.socket;
      const transport = new WebSocketTransport(formatUrl(protocol, remoteAddress, remotePort), webSocket, false);
      transport.opened(request.socket);
      const refused = identify(transport, request.socket);
      const receiver = door.accept(transport);
      transport.attach(receiver);
      if (refused) receiver.refuse(refused);
    });
  });
  const url = await listeningOnPort(server, protocol, address);
  return {
    url,
    close() {
      arrivals.close();
      return closeServer(server);
    },
  };
}

/** Whether `ws` itself writes to `raw`: Bun has one of its own, which does not, and what were written beside it would overtake it. */
function writesTo(webSocket: WebSocket, raw: net.Socket): boolean {
  const sender: unknown = Reflect.get(webSocket, "_sender");
  return typeof sender === "object" && sender !== null && Reflect.get(sender, "_socket") === raw;
}

/** Throws `invalid_argument` for what no browser would ever send as an `Origin`. */
function checkOrigins(origins: readonly string[]): void {
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong === undefined) return;
  const form = "write the scheme, the host and any port, such as https://example.com";
  throw new MillraceError("invalid_argument", `"${wrong}" is not the origin of a page: ${form}`);
}

/** Extensions and apps have schemes of their own, of whose URLs Node knows no origin. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return new URL(text).origin === text || /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/.test(text);
}

function tellWhatThisIs(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response.writeHead(426, { connection: "close", "content-type": "text/plain" }).end("This is a WebSocket endpoint.\n");
}

function forbid(socket: Duplex): void {
  socket.on("error", () => socket.destroy());
  socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
}
