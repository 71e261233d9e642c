import { once } from "node:events";
import http from "node:http";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { portOf } from "../../pair/port.js";
import { makeEvent, stampOf } from "../event.js";
import { type Fan, peerOf } from "../fan.js";

export const fan: Fan = {
  async serve() {
    const server = http.createServer();
    const sockets = new Server(server, { transports: ["websocket"], perMessageDeflate: false });
    sockets.on("connection", (socket) => void socket.join("acme"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    return {
      url: `ws://127.0.0.1:${portOf(server)}`,
      publish(events) {
        for (let i = 0; i < events; i++) sockets.to("acme").emit("quote", makeEvent());
      },
    };
  },
  async subscribe({ url }, got) {
    const socket = io(url, { transports: ["websocket"], forceNew: true });
    await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("connect_error", reject));
    socket.on("quote", (event: Buffer) => got(1, stampOf(event)));
  },
};

/** A room of socket.io, over WebSocket alone. */
export const peer = peerOf(fan, import.meta.url);
