import { canMakeIdentity } from "../../examples/support/identity.js";
import type { Transport } from "./load.js";

const usable = (transport: Transport) => transport !== "tls" || canMakeIdentity;

/** Those of `transports` that this machine can serve. */
export function usableOf(transports: readonly Transport[]): Transport[] {
  return transports.filter(usable);
}

/** A line for each of `transports` that it cannot. */
export function leftOutOf(transports: readonly Transport[]): string[] {
  return transports.filter((transport) => !usable(transport)).map((transport) => `${transport}: there is no openssl`);
}
