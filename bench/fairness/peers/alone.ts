import type { Peer } from "../../pair/load.js";
import { connectEcho, serveEcho } from "../../pair/millrace.js";
import { BesideDriver } from "../beside.js";

/** No stream at all: how long a call takes at best. */
export const peer: Peer = {
  serve: (site) => serveEcho(site),
  connect: async (place, shape) => new BesideDriver(await connectEcho(place), undefined, shape),
};
