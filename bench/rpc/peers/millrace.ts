import { connect as connectLink, listen } from "millrace/node";
import { Echo } from "../../../schemas/gen/echo.js";
import { checkId, checkPayload, payload, type Driver, type Peer, type Shape, type Transport } from "../load.js";
import { PromiseDriver } from "../promise-driver.js";
import { echoHandlers } from "./echo.js";

/** Ourselves, as a user writes it: a generated service, an async handler, a promise for each call. */
export const millrace: Peer = { serve, connect };

async function serve(transport: Transport): Promise<string> {
  const server = await listen({ [transport]: "127.0.0.1:0" });
  server.serve(Echo, echoHandlers);
  return server.urls[0];
}

async function connect(url: string, shape: Shape): Promise<Driver> {
  const link = await connectLink(url);
  const echo = link.client(Echo);
  const call = async (id: number, sampled: boolean) => {
    const answer = await echo.unary({ id, data: payload });
    checkId(answer.id, id);
    if (sampled) checkPayload(answer.data, 0, answer.data.length);
  };
  return new PromiseDriver(shape.window, call, () => void link.close());
}
