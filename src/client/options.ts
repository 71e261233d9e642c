import { checkNumber, type Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { ClientInterceptor } from "../rpc/interceptor.js";

/** What every way of making or accepting links takes. */
export interface LinkOptions {
  /** Bounds of each link; what is left out has its default. */
  readonly limits?: Partial<Limits> | undefined;
  /** What links share with others of the process; the default is one for all. */
  readonly runtime?: Runtime | undefined;
}

/** How a client's link lives; the same on every platform. */
export interface ClientOptions {
  /** Go around every call made over the link, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /** Whether to connect again when a connection is lost; by default it is. Else the link is closed then. */
  readonly reconnect?: boolean | undefined;
  /**
   * Whether `connect` returns at once and goes on trying where no address can be reached, and calls wait for a connection
   * (see `CallOptions.waitForReady`); by default `connect` rejects then, and calls fail.
   */
  readonly waitForReady?: boolean | undefined;
  /**
   * How many connections there may be; by default one for each address, which is the least. Another one is made when the calls
   * on one come near to what its server allows at once.
   */
  readonly maxLinks?: number | undefined;
  /** How many connections are made at first and stay open without calls; by default one for each address. */
  readonly minIdle?: number | undefined;
  /** Above `minIdle`, a connection without calls for so long is closed; 60,000 by default. */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Up to how long the waits between attempts to connect grow, each give or take a fifth; 120,000 by default, 1,000 at least. A
   * server that says when to come back is heeded beyond it.
   */
  readonly maxBackoffMs?: number | undefined;
  /** How many calls may wait for a connection; one more fails with `resource_exhausted`. 10,000 by default. */
  readonly maxWaitingCalls?: number | undefined;
}

/** The same, complete, but for what goes around calls. */
export interface CheckedOptions {
  readonly reconnect: boolean;
  readonly waitForReady: boolean;
  readonly maxLinks: number;
  readonly minIdle: number;
  readonly idleTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly maxWaitingCalls: number;
}

const MOST_LINKS = 1024;
const MOST = 2 ** 31 - 1;

/** `given` over the defaults, for so many addresses. Throws `invalid_argument` for an option that is out of range. */
export function checkOptions(given: ClientOptions, addresses: number): CheckedOptions {
  const { maxLinks = addresses, minIdle = addresses, idleTimeoutMs = 60_000 } = given;
  const { maxBackoffMs = 120_000, maxWaitingCalls = 10_000 } = given;
  checkNumber("maxLinks", maxLinks, addresses, MOST_LINKS);
  checkNumber("minIdle", minIdle, 1, maxLinks);
  checkNumber("idleTimeoutMs", idleTimeoutMs, 1, MOST);
  checkNumber("maxBackoffMs", maxBackoffMs, 1_000, MOST);
  checkNumber("maxWaitingCalls", maxWaitingCalls, 0, MOST);
  const { reconnect = true, waitForReady = false } = given;
  return { reconnect, waitForReady, maxLinks, minIdle, idleTimeoutMs, maxBackoffMs, maxWaitingCalls };
}
