import type { Driver, Peer, Place, Shape } from "../../pair/load.js";
import { connectEcho, serveEcho } from "../../pair/millrace.js";
import { checkId, checkPayload, payloadOf } from "../../pair/payload.js";
import { PromiseDriver } from "../../pair/promise-driver.js";

/** Ourselves, as a user writes it: a generated service, an async handler, a promise for each call. */
export const peer: Peer = { serve: (site) => serveEcho(site), connect };

async function connect(place: Place, { window, payloadBytes }: Shape): Promise<Driver> {
  const echo = await connectEcho(place);
  const payload = payloadOf(payloadBytes);
  return new PromiseDriver(window, async (id, sampled) => {
    const answer = await echo.unary({ id, data: payload });
    checkId(answer.id, id);
    if (sampled) checkPayload(answer.data, 0, answer.data.length, payload);
  });
}
