import { MillraceError } from "../error.js";
import type { ClientInterceptor } from "../rpc/interceptor.js";

/** How a client's link lives; the same on every platform. */
export interface ClientOptions {
  /** Go around every call made over the link, the first one outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Whether to connect again when a connection is lost; by default it is. Else the link is closed then. */
  readonly reconnect?: boolean;
  /**
   * Whether `connect` returns at once and goes on trying where no address can be reached, and calls wait for a connection
   * (see `CallOptions.waitForReady`); by default `connect` rejects then, and calls fail.
   */
  readonly waitForReady?: boolean;
  /** How many calls may wait for a connection; one more fails with `resource_exhausted`. 10,000 by default. */
  readonly maxWaitingCalls?: number;
}

/** The same, complete. */
export type CheckedOptions = Required<ClientOptions>;

const DEFAULTS: CheckedOptions = { interceptors: [], reconnect: true, waitForReady: false, maxWaitingCalls: 10_000 };

const RANGES = { maxWaitingCalls: [0, 2 ** 31 - 1] } as const;

/** `given` over the defaults. Throws `invalid_argument` for an option that is out of range. */
export function checkOptions(given: ClientOptions): CheckedOptions {
  const options = { ...DEFAULTS, ...definedOf(given) };
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const [least, most] = RANGES[name];
    const value = options[name];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    const detail = `${name} must be a whole number from ${least} to ${most}, not ${value}`;
    throw new MillraceError("invalid_argument", detail);
  }
  return options;
}

/** The members of `given` that are known here and not `undefined`. */
function definedOf(given: ClientOptions): Partial<CheckedOptions> {
  const known = Object.entries(given).filter(([name, value]) => value !== undefined && name in DEFAULTS);
  return Object.fromEntries(known);
}
