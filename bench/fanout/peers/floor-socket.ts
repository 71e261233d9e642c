import type net from "node:net";
import { connectSocket, listenSockets, receive } from "../../pair/sockets.js";
import { EVENT_BYTES, makeEvent, stampOf } from "../event.js";
import { type Fan, peerOf } from "../fan.js";

/** An event behind the header and offset that it would have as a frame. */
const FRAME_BYTES = 24 + EVENT_BYTES;

export const fan: Fan = {
  async serve(site) {
    const sockets = new Set<net.Socket>();
    const url = await listenSockets(site, (accepted) => {
      const socket = receive(accepted, () => {});
      sockets.add(socket);
      socket.write(Buffer.alloc(FRAME_BYTES));
      socket.once("close", () => sockets.delete(socket));
    });
    return {
      url,
      publish(events) {
        const joined = Buffer.alloc(events * FRAME_BYTES);
        for (let i = 0; i < events; i++) makeEvent().copy(joined, i * FRAME_BYTES + 24);
        for (const socket of sockets) socket.write(joined);
      },
    };
  },
  async subscribe(place, got) {
    let received = 0;
    let isAccepted: () => void;
    const accepted = new Promise<void>((resolve) => (isAccepted = resolve));
    await connectSocket(place, (bytes, length) => {
      if (received === 0) {
        received += length;
        return isAccepted();
      }
      const before = Math.floor(received / FRAME_BYTES);
      received += length;
      const events = Math.floor(received / FRAME_BYTES) - before;
      // Where an event was cut, its stamp may lie in what was read before: then now is as good.
      const at = length - (received % FRAME_BYTES) - EVENT_BYTES;
      if (events > 0) got(events, at >= 0 ? stampOf(bytes, at) : Infinity);
    });
    await accepted;
  },
};

/** The events of a turn joined into one buffer, which is written to each bare socket. */
export const peer = peerOf(fan, import.meta.url);
