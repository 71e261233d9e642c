import type { Peer } from "../../pair/load.js";
import { connectEcho, serveEcho } from "../../pair/millrace.js";
import { BesideDriver } from "../beside.js";

/** The stream has a link of its own: what is left is what two busy processes cost. */
export const peer: Peer = {
  serve: (site) => serveEcho(site),
  connect: async (place, shape) => new BesideDriver(await connectEcho(place), await connectEcho(place), shape),
};
