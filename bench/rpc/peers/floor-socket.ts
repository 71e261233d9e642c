import type net from "node:net";
import { FrameParser, FrameWriter, type Send } from "../../pair/framed.js";
import type { Driver, Peer, Place, Serving, Shape, Site } from "../../pair/load.js";
import { connectSocket, listenSockets, receive } from "../../pair/sockets.js";
import { FrameDriver } from "./frame-driver.js";

/** The least a Node program pays: frames over a bare socket, one shared read buffer, no codec, no promise, no limits. */
export const peer: Peer = { serve, connect };

async function serve(site: Site): Promise<Serving> {
  return { url: await listenSockets(site, echo) };
}

function echo(accepted: net.Socket): void {
  const parser = new FrameParser((id, bytes, from, length) => writer.frame(id, bytes, from, length));
  const socket = receive(accepted, (bytes, length) => parser.push(bytes, length));
  const writer = new FrameWriter(sendTo(socket));
}

async function connect(place: Place, shape: Shape): Promise<Driver> {
  const driver = new FrameDriver(shape, (bytes) => send(bytes));
  const socket = await connectSocket(place, (bytes, length) => driver.parser.push(bytes, length));
  const send = sendTo(socket);
  return driver;
}

function sendTo(socket: net.Socket): Send {
  return (bytes) => {
    socket.write(bytes);
    return socket.writableLength === 0;
  };
}
