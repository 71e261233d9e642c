import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Place } from "../pair/load.js";

/** Subscribers in a process that is stopped as soon as they have subscribed, so that they read nothing any more. */
export const Stopped = {
  async start(module: string, place: Place, count: number): Promise<void> {
    const child = fork(fileURLToPath(new URL("./stopped-child.js", import.meta.url)), [
      module,
      JSON.stringify(place),
      String(count),
    ]);
    await new Promise((resolve, reject) => child.once("message", resolve).once("exit", reject));
    child.kill("SIGSTOP");
    process.once("exit", () => child.kill("SIGKILL"));
  },
};
