import { once } from "node:events";
import net from "node:net";
import type { Driver, Peer, Shape } from "../load.js";
import { FrameDriver } from "./frame-driver.js";
import { FrameParser, FrameWriter, type Send } from "./framed.js";
import { portOf } from "./port.js";

/** Every connection of the process reads into these bytes; what is parsed from them is used at once. */
const slab = Buffer.allocUnsafeSlow(1 << 18);

/** The least a Node program pays: frames over TCP, one shared read buffer, no codec, no promise, no limits. */
export const floorTcp: Peer = { serve, connect };

async function serve(): Promise<string> {
  const server = net.createServer({ noDelay: true, pauseOnConnect: true }, echo);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `tcp://127.0.0.1:${portOf(server)}`;
}

function echo(accepted: net.Socket): void {
  const parser = new FrameParser((id, bytes, from, length) => writer.frame(id, bytes, from, length));
  const socket = readIntoSlab(accepted, parser);
  const writer = new FrameWriter(sendTo(socket));
}

interface HandleOptions extends net.SocketConstructorOpts {
  readonly handle: unknown;
  readonly onread: net.OnReadOpts;
}

/** Node lets an accepted connection read into a given buffer only through the handle that it keeps to itself. */
function readIntoSlab(accepted: net.Socket, parser: FrameParser): net.Socket {
  const handle: unknown = Reflect.get(accepted, "_handle");
  Reflect.set(accepted, "_handle", null);
  const options: HandleOptions = { handle, onread: reader(parser) };
  const socket = new net.Socket(options);
  socket.on("error", () => socket.destroy());
  socket.once("close", () => accepted.destroy());
  socket.resume();
  socket.read(0);
  return socket;
}

async function connect(url: string, shape: Shape): Promise<Driver> {
  const { port, hostname } = new URL(url);
  const driver = new FrameDriver(
    shape.window,
    (bytes) => send(bytes),
    () => socket.destroy(),
  );
  const options = { host: hostname, port: Number(port), noDelay: true, onread: reader(driver.parser) };
  const socket = net.connect(options);
  const send = sendTo(socket);
  await once(socket, "connect");
  return driver;
}

function reader(parser: FrameParser): net.OnReadOpts {
  return {
    buffer: slab,
    callback(length) {
      parser.push(slab, length);
      return true;
    },
  };
}

function sendTo(socket: net.Socket): Send {
  return (bytes) => {
    socket.write(bytes);
    return socket.writableLength === 0;
  };
}
