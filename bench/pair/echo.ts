import type { EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { payloadOf } from "./payload.js";

/** The echo service as a user writes it. */
export const echoHandlers: EchoHandlers = {
  async unary(request) {
    return request;
  },
  async *produce({ count, size }) {
    const data = payloadOf(size);
    for (let id = 0; id < count; id++) yield { id, data };
  },
  async consume(payloads) {
    let count = 0;
    let bytes = 0n;
    for await (const { data } of payloads) {
      count++;
      bytes += BigInt(data.length);
    }
    return { count, bytes };
  },
  both: (payloads: AsyncIterable<Payload>) => payloads,
};
