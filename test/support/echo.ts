import type { EchoHandlers } from "../../schemas/gen/echo.js";

/** Handlers of `echo.Echo` that do the least, for a test to replace the one it is about. */
export const handlers: EchoHandlers = {
  unary: (request) => request,
  produce: ({ count }) => Array.from({ length: count }, (_, id) => ({ id })),
  async consume(requests) {
    let count = 0;
    for await (const _request of requests) count++;
    return { count };
  },
  both: (requests) => requests,
};
