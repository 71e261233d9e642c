import net from "node:net";
import type { Receiver, Transport } from "../link/transport.js";
import type { Listener } from "../server/server.js";
import { type Address, formatUrl, socketError } from "./address.js";

/** How bytes reach a link: read by Node straight into the link's own memory, or as chunks that Node allocates. */
export type Reading = "onread" | "data";

/** One TCP socket under a link. */
class TcpTransport implements Transport {
  /** Set before the socket is there, because Node asks for memory to read into when it makes one. */
  receiver!: Receiver;
  private socket!: net.Socket;

  constructor(readonly address: string) {}

  /** The constructor option that makes Node read into the memory the link offers. */
  readonly onread: net.OnReadOpts = {
    buffer: () => this.receiver.window(),
    callback: (count) => {
      this.receiver.filled(count);
      return true;
    },
  };

  attach(socket: net.Socket, reading: Reading): void {
    this.socket = socket;
    if (reading === "data") socket.on("data", (chunk) => this.receiver.receive(chunk));
    let failure: Error | undefined;
    socket.on("error", (error) => (failure = socketError(error, this.address)));
    socket.on("close", () => this.receiver.closed(failure));
  }

  write(bytes: Uint8Array, written: () => void): void {
    this.socket.write(bytes, written);
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Opens a TCP connection; `start` makes the link, which may send at once. */
export function connectTcp(
  address: Address,
  start: (transport: Transport) => Receiver,
  reading: Reading = "onread",
): void {
  const transport = new TcpTransport(formatUrl("tcp", address.host, address.port));
  transport.receiver = start(transport);
  const options = { host: address.host, port: address.port, noDelay: true };
  transport.attach(net.connect(reading === "onread" ? { ...options, onread: transport.onread } : options), reading);
}

/** Listens on a TCP address and hands every connection to `accept`. Rejects with `unavailable` when it cannot. */
export function listenTcp(
  address: Address,
  accept: (transport: Transport) => Receiver,
  reading: Reading = "onread",
): Promise<Listener> {
  const server = net.createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    const transport = new TcpTransport(formatUrl("tcp", socket.remoteAddress ?? "", socket.remotePort ?? 0));
    transport.receiver = accept(transport);
    const own = reading === "onread" ? takeOver(socket, transport.onread) : undefined;
    transport.attach(own ?? socket, own ? "onread" : "data");
    (own ?? socket).resume();
    own?.read(0);
  });
  return listening(server, address, "tcp", () => closeServer(server));
}

/**
 * Moves an accepted connection to a socket that reads with `onread`, which `net.createServer` has no option for.
 * `_handle` is private to Node: `undefined` when it is not there, and the caller falls back to `data` events.
 */
function takeOver(accepted: net.Socket, onread: net.OnReadOpts): net.Socket | undefined {
  const holder = accepted as net.Socket & { _handle?: unknown };
  const handle = holder._handle;
  if (!handle) return undefined;
  holder._handle = null;
  const options: net.SocketConstructorOpts & { handle: unknown; onread: net.OnReadOpts } = { handle, onread };
  const socket = new net.Socket(options);
  // The server counts the accepted socket until it closes, and would never finish closing itself.
  socket.once("close", () => accepted.destroy());
  return socket;
}

/** Waits until `server` listens. */
export function listening(
  server: net.Server,
  address: Address,
  protocol: string,
  close: () => Promise<void>,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const wanted = formatUrl(protocol, address.host, address.port);
    server.on("error", (error) => reject(socketError(error, wanted)));
    server.listen({ host: address.host, port: address.port, backlog: 4096 }, () => {
      const { port } = server.address() as net.AddressInfo;
      resolve({ url: formatUrl(protocol, address.host, port), close });
    });
  });
}

function closeServer(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
