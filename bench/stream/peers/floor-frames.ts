import { once } from "node:events";
import type net from "node:net";
import { FrameParser, headerBytes, putUint32 } from "../../pair/framed.js";
import type { Peer, Place, Serving, Shape, Site } from "../../pair/load.js";
import { payloadOf } from "../../pair/payload.js";
import { connectSocket, listenSockets } from "../../pair/sockets.js";
import { ItemDriver } from "../item-driver.js";
import { pour } from "../pour.js";

const itemBytes = 64;
const frameBytes = headerBytes + itemBytes;
const framesInPage = Math.floor((1 << 16) / frameBytes);
const item = payloadOf(itemBytes);

/** The least for short items: frames written into a page and found in a slab, no codec, no promise, no credit. */
export const peer: Peer = { serve, connect: async (place, shape) => new FramesDriver(place, shape) };

async function serve(site: Site): Promise<Serving> {
  return { url: await listenSockets(site, (socket) => void pour(socket, pages())) };
}

/** Gives the same page again and again, with new frames in it. */
function pages(): () => Uint8Array {
  const page = Buffer.allocUnsafeSlow(framesInPage * frameBytes);
  let id = 0;
  return () => {
    for (let at = 0; at < page.length; at += frameBytes) {
      putUint32(page, at, frameBytes);
      putUint32(page, at + 4, id++);
      for (let i = 0; i < itemBytes; i++) page[at + headerBytes + i] = item[i];
    }
    return page;
  };
}

/** Receives frames over a connection of their own for each run. */
class FramesDriver extends ItemDriver {
  readonly #place: Place;
  #socket: net.Socket | undefined;

  constructor(place: Place, _shape: Shape) {
    super(item);
    this.#place = place;
  }

  protected async receive(): Promise<void> {
    const parser = new FrameParser((id, bytes, from, length) => this.took(id, bytes, from, length));
    const socket = await connectSocket(this.#place, (bytes, length) => parser.push(bytes, length));
    this.#socket = socket;
    if (!this.isRunning) this.stop();
    await once(socket, "close");
  }

  protected override stop(): void {
    this.#socket?.write("stop");
    this.#socket = undefined;
  }
}
