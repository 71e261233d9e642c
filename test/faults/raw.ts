import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import { WebSocket } from "ws";
import { Echo } from "../../schemas/gen/echo.js";
import { reset } from "../support/reset.js";
import * as wire from "../support/wire.js";

/** The method id of one of Echo's methods. */
export function idOf(name: string): number {
  return Echo.methods.find((method) => method.name === name)!.id;
}

/** Where a server listens. */
type Listening = { readonly urls: readonly string[] };

/** The port of a server's first address. */
export function portOf(server: Listening): number {
  return Number(new URL(server.urls[0]).port);
}

/** A client that says exactly what it is told to. */
export abstract class RawClient {
  isClosed = false;
  protected readonly chunks: Uint8Array[] = [];

  /** @param below what carries `socket` when that is TLS. */
  constructor(
    readonly socket: net.Socket,
    private readonly below = socket,
  ) {
    socket.setNoDelay();
    socket.on("error", () => {});
    socket.on("close", () => (this.isClosed = true));
  }

  abstract say(...chunks: readonly Uint8Array[]): void;

  /** Leaves without a word more: the other side reads an end, or finds its connection reset. */
  leave(how: "ends" | "resets"): void {
    if (how === "ends") this.socket.end();
    else reset(this.below);
  }

  /** All bytes heard so far. */
  get heard(): Uint8Array {
    return wire.join(...this.chunks);
  }

  get frames(): wire.ReadFrame[] {
    return wire.frames(this.heard);
  }

  /** Resolves when the connection is closed. */
  async closed(): Promise<void> {
    if (!this.isClosed) await once(this.socket, "close");
  }

  /** The last frame, once the other side has closed the connection. */
  async lastWord(): Promise<wire.ReadFrame | undefined> {
    await this.closed();
    return this.frames.at(-1);
  }
}

/** One on a bare socket: TCP, Unix or TLS. */
export class RawSocket extends RawClient {
  constructor(socket: net.Socket, below?: net.Socket) {
    super(socket, below);
    socket.on("data", (chunk: Buffer) => this.chunks.push(chunk));
  }

  /** A client over TCP that has said its HELLO, or these bytes instead of it. */
  static async join(server: Listening, first: Uint8Array = wire.hello()): Promise<RawSocket> {
    const socket = net.connect(portOf(server), "127.0.0.1");
    await once(socket, "connect");
    const client = new RawSocket(socket);
    client.say(first);
    return client;
  }

  say(...chunks: readonly Uint8Array[]): void {
    if (!this.socket.destroyed) this.socket.write(wire.join(...chunks));
  }
}

/** What a WebSocket of ours takes in one message. */
const MESSAGE_BYTES = 64 * 1024;

/** One on a WebSocket; frames may lie across its messages. */
class RawWebSocket extends RawClient {
  constructor(
    private readonly messages: WebSocket,
    socket: net.Socket,
    below: net.Socket,
  ) {
    super(socket, below);
    messages.on("message", (data: Buffer) => this.chunks.push(data));
    messages.on("error", () => {});
  }

  say(...chunks: readonly Uint8Array[]): void {
    const bytes = wire.join(...chunks);
    for (let at = 0; at < bytes.length && this.messages.readyState === WebSocket.OPEN; at += MESSAGE_BYTES) {
      this.messages.send(bytes.subarray(at, at + MESSAGE_BYTES));
    }
  }
}

/**
 * A client over the transport of `url` that has said its HELLO, or these bytes instead of it.
 * @param ca signed the server's certificate.
 */
export async function joinRaw(url: string, ca: string, first: Uint8Array = wire.hello()): Promise<RawClient> {
  const below = dial(url);
  await once(below, "connect");
  const isSecure = /^(tls|wss):/.test(url);
  const socket = isSecure ? tls.connect({ socket: below, host: "127.0.0.1", ca }) : below;
  if (isSecure) await once(socket, "secureConnect");
  const client = url.startsWith("ws") ? await upgrade(url, socket, below) : new RawSocket(socket, below);
  client.say(first);
  return client;
}

/** A bare connection to the place of a URL. */
export function dial(url: string): net.Socket {
  const path = /^unix:\/\/(.*)/.exec(url)?.[1];
  return path ? net.connect(path) : net.connect(Number(new URL(url).port), "127.0.0.1");
}

async function upgrade(url: string, socket: net.Socket, below: net.Socket): Promise<RawWebSocket> {
  const messages = new WebSocket(url, { createConnection: () => socket, perMessageDeflate: false });
  const client = new RawWebSocket(messages, socket, below);
  await once(messages, "open");
  return client;
}

/** A HELLO whose windows are so large that only sockets and queues hold its peer back. */
export function boundlessHello(): Uint8Array {
  const bytes = wire.hello();
  const view = new DataView(bytes.buffer);
  for (const at of [32, 36, 40]) view.setUint32(at, 2 ** 31 - 1, true);
  return bytes;
}
