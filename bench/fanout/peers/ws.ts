import type { WebSocket } from "ws";
import { connectWs, listenWs } from "../../pair/web-socket.js";
import { makeEvent, stampOf } from "../event.js";
import { type Fan, peerOf } from "../fan.js";

export const fan: Fan = {
  async serve() {
    const sockets = new Set<WebSocket>();
    const url = await listenWs((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    return {
      url,
      publish(events) {
        for (let i = 0; i < events; i++) {
          const event = makeEvent();
          for (const socket of sockets) socket.send(event, { binary: true });
        }
      },
    };
  },
  async subscribe({ url }, got) {
    const socket = await connectWs(url);
    socket.on("message", (event: Buffer) => got(1, stampOf(event)));
  },
};

/** What many write by hand: a message for each event and each client, of the same bytes. */
export const peer = peerOf(fan, import.meta.url);
