import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Place } from "../pair/load.js";
import type { Fan } from "./fan.js";

/** Subscribers in a process that is stopped as soon as they have subscribed, so that they read nothing any more. */
export const Stopped = {
  async start(module: string, place: Place, count: number): Promise<void> {
    const child = fork(fileURLToPath(import.meta.url), [module, JSON.stringify(place), String(count)]);
    await new Promise((resolve, reject) => child.once("message", resolve).once("exit", reject));
    child.kill("SIGSTOP");
    process.once("exit", () => child.kill("SIGKILL"));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [module, place, count] = process.argv.slice(2);
  const { fan } = (await import(module)) as { readonly fan: Fan };
  for (let i = 0; i < Number(count); i++) await fan.subscribe(JSON.parse(place), () => {});
  process.send?.("ready");
}
