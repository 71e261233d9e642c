import { once } from "node:events";
import net from "node:net";
import { Echo } from "../../schemas/gen/echo.js";
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

/** A peer on a bare TCP socket that says exactly what it is told to. */
export class RawSocket {
  isClosed = false;
  private readonly chunks: Buffer[] = [];

  private constructor(readonly socket: net.Socket) {
    socket.setNoDelay();
    socket.on("data", (chunk: Buffer) => this.chunks.push(chunk));
    socket.on("error", () => {});
    socket.on("close", () => (this.isClosed = true));
  }

  /** A peer that has said its HELLO, or these bytes instead of it. */
  static async join(server: Listening, first: Uint8Array = wire.hello()): Promise<RawSocket> {
    const socket = net.connect(portOf(server), "127.0.0.1");
    await once(socket, "connect");
    const peer = new RawSocket(socket);
    peer.say(first);
    return peer;
  }

  /** All bytes heard so far. */
  get heard(): Uint8Array {
    return wire.join(...this.chunks);
  }

  get frames(): wire.ReadFrame[] {
    return wire.frames(this.heard);
  }

  say(...chunks: readonly Uint8Array[]): void {
    if (!this.socket.destroyed) this.socket.write(wire.join(...chunks));
  }

  /** The last frame, once the other side has closed the connection. */
  async lastWord(): Promise<wire.ReadFrame | undefined> {
    if (!this.isClosed) await once(this.socket, "close");
    return this.frames.at(-1);
  }
}

/** A HELLO whose windows are so large that only sockets and queues hold its peer back. */
export function boundlessHello(): Uint8Array {
  const bytes = wire.hello();
  const view = new DataView(bytes.buffer);
  for (const at of [32, 36, 40]) view.setUint32(at, 2 ** 31 - 1, true);
  return bytes;
}
