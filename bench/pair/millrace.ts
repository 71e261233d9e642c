import { connect, listen } from "millrace/node";
import { Echo, type EchoHandlers } from "../../schemas/gen/echo.js";
import { echoHandlers } from "./echo.js";
import type { Place, Serving, Site } from "./load.js";
import { connectOptions, listenOptions } from "./site.js";

/** Serves the echo service as a user would. */
export async function serveEcho(site: Site, handlers: EchoHandlers = echoHandlers): Promise<Serving> {
  const server = await listen(listenOptions(site));
  server.serve(Echo, handlers);
  return { url: server.urls[0] };
}

/** A link to such a server, and its stub. */
export async function connectEcho(place: Place) {
  const link = await connect(place.url, connectOptions(place));
  return link.client(Echo);
}
