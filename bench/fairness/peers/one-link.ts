import type { Peer } from "../../pair/load.js";
import { connectEcho, serveEcho } from "../../pair/millrace.js";
import { BesideDriver } from "../beside.js";

/** Small calls and the stream share a link. */
export const peer: Peer = {
  serve: (site) => serveEcho(site),
  async connect(place, shape) {
    const echo = await connectEcho(place);
    return new BesideDriver(echo, echo, shape);
  },
};
