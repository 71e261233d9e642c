import type { Clock } from "../../src/link/clock.js";
import type { Server } from "../../src/server/server.js";

/** Lets the calls of a server finish, for so long at most, then closes it. */
export async function drainServer(server: Server, clock: Clock, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(graceMs, resolve);
    const drained = Promise.all([...server.links].map((link) => link.drain()));
    void drained.then(() => {
      timer.cancel();
      resolve();
    });
  });
  await server.close();
}
