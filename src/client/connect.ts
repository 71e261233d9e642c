import { MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Link } from "../rpc/link.js";
import { loaded } from "../rpc/load.js";
import { type Dial, DurableLink } from "./durable-link.js";
import { type CheckedOptions, type ClientOptions, checkOptions } from "./options.js";

/**
 * Makes a client's link to one address or several.
 * @returns the link once there is a connection; rejects when no address can be reached. With `waitForReady` at once.
 * Rejects with `invalid_argument` for a URL that is none and for an option out of range.
 */
export async function establish(
  urls: string | readonly string[],
  dial: Dial,
  runtime: Runtime,
  limits: Limits,
  given: ClientOptions,
): Promise<Link> {
  const all = typeof urls === "string" ? [urls] : urls;
  if (all.length === 0) throw new MillraceError("invalid_argument", "connect() needs an address");
  const options = checkOptions(given, all.length);
  const link = new DurableLink(all, dial, runtime, limits, options);
  const opened = whenOpen(link);
  link.start();
  if (options.interceptors.length > 0) await intercept(link, options.interceptors, runtime.clock);
  if (link.state === "closed" || !options.waitForReady) await opened;
  return link;
}

/** Puts the interceptors before the calls of `link`; a page loads what does that only where there are some. */
async function intercept(link: DurableLink, interceptors: CheckedOptions["interceptors"], clock: Clock): Promise<void> {
  try {
    const { intercepting } = await loaded(import("../rpc/intercepted-caller.js"));
    link.intercept = intercepting(interceptors, clock);
  } catch (error) {
    void link.close();
    throw error;
  }
}

function whenOpen(link: Link): Promise<void> {
  const opened = new Promise<void>((resolve, reject) => {
    const stop = link.onState((state, reason) => {
      if (state !== "open" && state !== "closed") return;
      stop();
      if (reason) reject(reason);
      else resolve();
    });
  });
  opened.catch(() => {});
  return opened;
}
