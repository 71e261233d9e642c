import type { WebSocket } from "ws";
import { connectWs, listenWs } from "../../pair/web-socket.js";
import { EVENT_BYTES, makeEvent, stampOf } from "../event.js";
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
        const joined = Buffer.concat(Array.from({ length: events }, makeEvent));
        for (const socket of sockets) socket.send(joined, { binary: true });
      },
    };
  },
  async subscribe({ url }, got) {
    const socket = await connectWs(url);
    socket.on("message", (joined: Buffer) =>
      got(joined.length / EVENT_BYTES, stampOf(joined, joined.length - EVENT_BYTES)),
    );
  },
};

/** The events of a turn joined into one message, which `ws` sends to each. */
export const peer = peerOf(fan, import.meta.url);
