import { MillraceError } from "../error.js";
import type { Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Link } from "../rpc/link.js";
import { type Dial, DurableLink, type Extras } from "./durable-link.js";
import { type ClientOptions, checkOptions } from "./options.js";

/**
 * Makes a client's link to one address or several.
 * @param extras what this client needs of what not all of them do.
 * @returns the link once there is a connection; rejects when no address can be reached. With `waitForReady` at once.
 * Rejects with `invalid_argument` for a URL that is none and for an option out of range.
 */
export async function establish(
  urls: string | readonly string[],
  dial: Dial,
  runtime: Runtime,
  limits: Limits,
  given: ClientOptions,
  extras: Extras,
): Promise<Link> {
  const all = [urls].flat();
  if (all.length === 0) throw new MillraceError("invalid_argument", "connect() needs an address");
  const options = checkOptions(given, all.length);
  const link = new DurableLink(all, dial, runtime, limits, options, extras);
  return new Promise((resolve, reject) => {
    const stop = link.onState((state, reason) => {
      if (state === "open") resolve(link);
      else if (state === "closed") reject(reason!);
      else return;
      stop();
    });
    link.start();
    // A URL that is none has closed it already, and rejected.
    if (options.waitForReady) resolve(link);
  });
}
