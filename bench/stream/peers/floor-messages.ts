import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import type { WebSocket } from "ws";
import type { Peer, Place, Shape } from "../../pair/load.js";
import { checkId, payloadOf } from "../../pair/payload.js";
import { connectWs, listenWs } from "../../pair/web-socket.js";
import { ItemDriver } from "../item-driver.js";
import { burst, stopOn } from "../pour.js";

const itemBytes = 64 * 1024;
const item = payloadOf(itemBytes);

/** The least for long items over `ws`: a binary message each, not parsed. */
export const peer: Peer = {
  serve: async () => ({ url: await listenWs((socket) => void pourMessages(socket)) }),
  connect: async (place, shape) => new MessagesDriver(place, shape),
};

async function pourMessages(socket: WebSocket): Promise<void> {
  const signal = stopOn(socket, "message");
  while (!signal.aborted) {
    for (let i = 1; i < burst && socket.bufferedAmount === 0; i++) socket.send(item);
    await new Promise<unknown>((resolve) => socket.send(item, resolve));
    await turn();
  }
  socket.close();
}

class MessagesDriver extends ItemDriver {
  readonly #place: Place;
  #socket: WebSocket | undefined;

  constructor(place: Place, { payloadBytes }: Shape) {
    super(item);
    checkId(payloadBytes, itemBytes);
    this.#place = place;
  }

  protected async receive(): Promise<void> {
    let count = 0;
    const socket = await connectWs(this.#place.url);
    socket.on("message", (message: Buffer) => this.took(count++, message, 0, message.length));
    this.#socket = socket;
    if (!this.isRunning) this.stop();
    await once(socket, "close");
  }

  protected override stop(): void {
    this.#socket?.send("stop");
    this.#socket = undefined;
  }
}
