import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectOptions, ListenOptions } from "millrace/node";
import { makeIdentity } from "../../examples/support/identity.js";
import type { Place, Site, Transport } from "./load.js";

/** A place to listen at, and what takes its files away. */
export function makeSite(transport: Transport): { site: Site; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const site: Site = {
    transport,
    path: join(folder, "socket"),
    ...(transport === "tls" && { identity: makeIdentity(folder) }),
  };
  return { site, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The site as millrace's `listen` is told of it. */
export function listenOptions({ transport, path, identity }: Site): ListenOptions {
  if (transport === "unix") return { unix: path };
  if (identity) return { tls: { address: "127.0.0.1:0", ...identity } };
  return { [transport]: "127.0.0.1:0" };
}

/** What millrace's `connect` must know to trust the server. */
export function connectOptions({ ca }: Place): ConnectOptions {
  return ca === undefined ? {} : { tls: { ca } };
}
