import type { Peer } from "../../pair/load.js";
import { connectEcho, serveEcho } from "../../pair/millrace.js";
import { EchoDriver } from "./echo-driver.js";

class Driver extends EchoDriver {
  protected async receive(): Promise<void> {
    for await (const item of this.open()) {
      this.tookItem(item);
      if (!this.isRunning) break;
    }
  }
}

/** Ourselves: an async generator at one end, `for await` at the other. */
export const peer: Peer = {
  serve: (site) => serveEcho(site),
  connect: async (place, shape) => new Driver(await connectEcho(place), shape),
};
