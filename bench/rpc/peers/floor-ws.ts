import type { WebSocket } from "ws";
import type { Driver, Peer, Shape } from "../load.js";
import { FrameDriver } from "./frame-driver.js";
import { FrameParser, FrameWriter, type Send } from "./framed.js";
import { connectWs, listenWs } from "./web-socket.js";

/** The least that `ws` lets one pay: binary frames, many in a message, no codec, no promise. */
export const floorWs: Peer = { serve: () => listenWs(echo), connect };

function echo(socket: WebSocket): void {
  const writer = new FrameWriter(sendTo(socket));
  receive(socket, new FrameParser((id, bytes, from, length) => writer.frame(id, bytes, from, length)));
}

async function connect(url: string, shape: Shape): Promise<Driver> {
  const socket = await connectWs(url);
  const driver = new FrameDriver(shape.window, sendTo(socket), () => socket.close());
  receive(socket, driver.parser);
  return driver;
}

function receive(socket: WebSocket, parser: FrameParser): void {
  socket.on("message", (message: Buffer) => parser.push(message, message.length));
}

function sendTo(socket: WebSocket): Send {
  return (bytes) => {
    socket.send(bytes);
    return socket.bufferedAmount === 0;
  };
}
