import { once } from "node:events";
import type net from "node:net";
import type { Driver, Peer, Place, Serving, Shape, Site } from "../../pair/load.js";
import { checkId, payloadOf } from "../../pair/payload.js";
import { connectSocket, listenSockets } from "../../pair/sockets.js";
import { pour } from "../pour.js";

const itemBytes = 64 * 1024;
const chunk = payloadOf(itemBytes);

/** The least for long items: the same bytes over a bare socket, not parsed; 64 KiB count as an item. */
export const peer: Peer = { serve, connect: async (place, shape) => new BytesDriver(place, shape) };

async function serve(site: Site): Promise<Serving> {
  return { url: await listenSockets(site, (socket) => void pour(socket, () => chunk)) };
}

/** Receives bytes over a connection of their own for each run, and looks at the first of each read. */
class BytesDriver implements Driver {
  readonly #place: Place;
  #received = 0;
  #before = 0;
  #socket: Promise<net.Socket> | undefined;

  constructor(place: Place, { payloadBytes }: Shape) {
    checkId(payloadBytes, itemBytes);
    this.#place = place;
  }

  get answers(): number {
    return Math.floor((this.#before + this.#received) / itemBytes);
  }

  get calls(): number {
    return this.answers;
  }

  start(): void {
    this.#before += this.#received;
    this.#received = 0;
    this.#socket = connectSocket(this.#place, (bytes, length) => {
      checkId(bytes[0], chunk[this.#received % itemBytes]);
      this.#received += length;
    });
  }

  async rest(): Promise<void> {
    const socket = await this.#socket!;
    socket.write("stop");
    await once(socket, "close");
    checkId(this.#received % itemBytes, 0);
  }
}
