import { once } from "node:events";
import net from "node:net";
import tls from "node:tls";
import type { Place, Site } from "./load.js";
import { portOf } from "./port.js";

/** Every connection of the process reads into these bytes; what is found in them is used at once. */
const slab = Buffer.allocUnsafeSlow(1 << 18);

/** Takes what one read brought: the first `length` of `bytes`, until the return. */
export type OnBytes = (bytes: Buffer, length: number) => void;

/** Listens for bare connections; those over TCP and Unix sockets come paused. Returns the server's URL. */
export async function listenSockets(site: Site, onConnection: (socket: net.Socket) => void): Promise<string> {
  const { transport, path, identity } = site;
  const server = identity
    ? tls.createServer({ ...identity, noDelay: true }, onConnection)
    : net.createServer({ noDelay: true, pauseOnConnect: true }, onConnection);
  if (transport === "unix") server.listen(path);
  else server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return transport === "unix" ? `unix://${path}` : `${transport}://127.0.0.1:${portOf(server)}`;
}

/** Opens a bare connection that reads into the slab. */
export async function connectSocket({ url, ca }: Place, onBytes: OnBytes): Promise<net.Socket> {
  const { protocol, hostname: host, port, pathname } = new URL(url);
  const onread = readIntoSlab(onBytes);
  if (protocol === "tls:") {
    const options = { host, port: Number(port), servername: "", onread, ...(ca !== undefined && { ca }) };
    const secure = tls.connect(options);
    secure.setNoDelay(true);
    await once(secure, "secureConnect");
    return secure;
  }
  const to = protocol === "unix:" ? { path: pathname } : { host, port: Number(port), noDelay: true };
  const socket = net.connect({ ...to, onread });
  await once(socket, "connect");
  return socket;
}

/** Starts to read what comes over an accepted connection; returns the socket to write to. */
export function receive(accepted: net.Socket, onBytes: OnBytes): net.Socket {
  const socket = accepted instanceof tls.TLSSocket ? accepted : moveToSlab(accepted, onBytes);
  if (socket === accepted) socket.on("data", (chunk: Buffer) => onBytes(chunk, chunk.length));
  socket.on("error", () => socket.destroy());
  return socket;
}

interface HandleOptions extends net.SocketConstructorOpts {
  readonly handle: unknown;
  readonly onread: net.OnReadOpts;
}

/** Node lets an accepted connection read into a given buffer only through the handle that it keeps to itself. */
function moveToSlab(accepted: net.Socket, onBytes: OnBytes): net.Socket {
  const handle: unknown = Reflect.get(accepted, "_handle");
  Reflect.set(accepted, "_handle", null);
  const options: HandleOptions = { handle, onread: readIntoSlab(onBytes) };
  const socket = new net.Socket(options);
  socket.once("close", () => accepted.destroy());
  socket.resume();
  socket.read(0);
  return socket;
}

function readIntoSlab(onBytes: OnBytes): net.OnReadOpts {
  return {
    buffer: slab,
    callback(length) {
      onBytes(slab, length);
      return true;
    },
  };
}
