import net from "node:net";
import type { PeerCertificate, Receiver, Transport } from "../link/transport.js";
import { closeReason } from "./failure.js";

/** How bytes reach a link: read by Node straight into the link's own memory, or as chunks that Node allocates. */
export type Reading = "onread" | "data";

/** Makes the link of a transport. */
export type Start = (transport: Transport) => Receiver;

/**
 * A byte stream under a link: TCP, a Unix socket, or TLS. Who logs it, as the peer that it is to handlers, gets what is public
 * of it, and not what the socket reads.
 */
export class SocketTransport implements Transport {
  certificate: PeerCertificate | undefined;
  #receiver!: Receiver;
  #socket!: net.Socket;

  constructor(readonly address: string) {}

  get receiver(): Receiver {
    return this.#receiver;
  }

  /** Set before the socket is there, because Node asks for memory to read into when it makes one. */
  set receiver(receiver: Receiver) {
    this.#receiver = receiver;
  }

  /** The constructor option that makes Node read into the memory the link offers. */
  get onread(): net.OnReadOpts {
    return {
      buffer: () => this.#receiver.window(),
      callback: (count) => {
        this.#receiver.filled(count);
        return true;
      },
    };
  }

  attach(socket: net.Socket, reading: Reading): void {
    this.#socket = socket;
    if (reading === "data") socket.on("data", (chunk) => this.#receiver.receive(chunk));
    let failure: Error | undefined;
    socket.on("error", (error) => (failure ??= error));
    socket.on("close", () => this.#receiver.closed(closeReason(socket, failure, this.address)));
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.#socket.write(bytes, written);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Makes a link on a socket that `open` opens, with the options it is given among its own; the link may send at once. */
export function dial<Socket extends net.Socket>(
  url: string,
  start: Start,
  reading: Reading,
  open: (options: { onread?: net.OnReadOpts }) => Socket,
): { transport: SocketTransport; socket: Socket } {
  const transport = new SocketTransport(url);
  transport.receiver = start(transport);
  const socket = open(reading === "onread" ? { onread: transport.onread } : {});
  transport.attach(socket, reading);
  return { transport, socket };
}

/** Makes a link on a connection that a server accepted with `pauseOnConnect`. */
export function receive(socket: net.Socket, address: string, accept: Start, reading: Reading): void {
  const transport = new SocketTransport(address);
  transport.receiver = accept(transport);
  const own = reading === "onread" ? takeOver(socket, transport.onread) : undefined;
  transport.attach(own ?? socket, own ? "onread" : "data");
  (own ?? socket).resume();
  own?.read(0);
}

/**
 * Moves an accepted connection to a socket that reads with `onread`, which `net.createServer` has no option for.
 * `_handle` and its `useUserBuffer` are private to Node: `undefined` when they are not there, as in Bun, and the caller falls back to `data` events.
 */
function takeOver(accepted: net.Socket, onread: net.OnReadOpts): net.Socket | undefined {
  const holder = accepted as net.Socket & { _handle?: { useUserBuffer?: unknown } | null };
  const handle = holder._handle;
  if (!handle?.useUserBuffer) return undefined;
  holder._handle = null;
  const options: net.SocketConstructorOpts & { handle: unknown; onread: net.OnReadOpts } = { handle, onread };
  const socket = new net.Socket(options);
  // The server counts the accepted socket until it closes, and would never finish closing itself.
  socket.once("close", () => accepted.destroy());
  return socket;
}
