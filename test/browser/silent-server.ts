import { createHash } from "node:crypto";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import * as wire from "../support/wire.js";

/** What a server does with each connection that comes. */
export type Manner = (socket: net.Socket) => void;

/** What RFC 6455 has a server's key made of, besides the client's. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** The first byte of a message that is whole, and of one that asks for the end. */
const BINARY = 0x82;
const CLOSE = 0x88;
/** How often a byte comes, of those that come one after the other. */
const BYTE_MS = 20;

/** A server that a page finds at its address, and that never gets so far as to say its whole HELLO. */
export class SilentServer {
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;

  private constructor(manner: Manner) {
    this.server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => {});
      manner(socket);
    });
  }

  static async open(manner: Manner): Promise<SilentServer> {
    const silent = new SilentServer(manner);
    await once(silent.server.listen(0, "127.0.0.1"), "listening");
    return silent;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that nobody has ended. */
  get connections(): number {
    return this.sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }
}

/** Accepts the connection and never opens the WebSocket. */
export const acceptOnly: Manner = (socket) => void socket.resume();

/** Opens the WebSocket and says nothing, but ends the connection when the browser asks for that. */
export const upgradeOnly: Manner = (socket) =>
  upgrade(socket, () => socket.on("data", (bytes: Buffer) => asksForEnd(bytes) && socket.end()));

/** Opens the WebSocket, then sends its HELLO in one message, a byte at a time, and does not heed what comes. */
export const dribble: Manner = (socket) =>
  upgrade(socket, () => {
    const hello = wire.hello();
    const message = [BINARY, hello.length, ...hello];
    const timer = setInterval(() => {
      if (message.length > 1) socket.write(Uint8Array.of(message.shift()!));
    }, BYTE_MS);
    socket.on("close", () => clearInterval(timer));
    socket.resume();
  });

/** Whether one of these messages, all of them whole, masked and shorter than 126 bytes, asks for the end. */
function asksForEnd(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 6 + (bytes[at + 1] & 0x7f)) if (bytes[at] === CLOSE) return true;
  return false;
}

function upgrade(socket: net.Socket, then: () => void): void {
  socket.once("data", (request: Buffer) => {
    const [, key] = /^sec-websocket-key: (.*)\r$/im.exec(request.toString("latin1"))!;
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    const lines = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
    then();
  });
}
