import { connectWs } from "../../pair/web-socket.js";
import { makeEvent, stampOf } from "../event.js";
import { type Fan, peerOf } from "../fan.js";
import { loadUws } from "../uws.js";

/** So that it drops nothing of what a turn publishes. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

export const fan: Fan = {
  async serve() {
    const uws = loadUws();
    const app = uws.App().ws("/*", {
      maxBackpressure: MOST_WAITING_BYTES,
      open: (socket) => void socket.subscribe("events"),
    });
    const port = await new Promise<number>((resolve, reject) => {
      app.listen("127.0.0.1", 0, (socket) => {
        if (socket) resolve(uws.us_socket_local_port(socket));
        else reject(new Error("no port is free"));
      });
    });
    return {
      url: `ws://127.0.0.1:${port}`,
      publish(events) {
        for (let i = 0; i < events; i++) app.publish("events", makeEvent(), true);
      },
    };
  },
  async subscribe({ url }, got) {
    const socket = await connectWs(url);
    socket.on("message", (event: Buffer) => got(1, stampOf(event)));
  },
};

/** Its own way to send one message to many, in C++. */
export const peer = peerOf(fan, import.meta.url);
