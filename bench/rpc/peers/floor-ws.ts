import type { WebSocket } from "ws";
import { FrameParser, FrameWriter, type Send } from "../../pair/framed.js";
import type { Driver, Peer, Place, Shape } from "../../pair/load.js";
import { connectWs, listenWs } from "../../pair/web-socket.js";
import { FrameDriver } from "./frame-driver.js";

/** The least that `ws` lets one pay: binary frames, many in a message, no codec, no promise. */
export const peer: Peer = { serve: async () => ({ url: await listenWs(echo) }), connect };

function echo(socket: WebSocket): void {
  const writer = new FrameWriter(sendTo(socket));
  receive(socket, new FrameParser((id, bytes, from, length) => writer.frame(id, bytes, from, length)));
}

async function connect({ url }: Place, shape: Shape): Promise<Driver> {
  const socket = await connectWs(url);
  const driver = new FrameDriver(shape, sendTo(socket));
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
