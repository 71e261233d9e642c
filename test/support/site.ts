import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectOptions, ListenOptions } from "../../src/node/index.js";
import { Authority, canMakeCertificates, type Identity, LOCAL } from "./certificates.js";

/** All that a server can be reached by. */
export const PROTOCOLS = ["tcp", "unix", "tls", "ws", "wss"] as const;

export type Protocol = (typeof PROTOCOLS)[number];

/** Whether this machine lacks what tests of a protocol need. */
export function cannotTest(protocol: Protocol): boolean {
  return isSecure(protocol) && !canMakeCertificates;
}

/** Addresses to listen on: free ports, a folder for Unix sockets, and certificates. */
export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "millrace-site-"));
  /** The authority that signed `own`. */
  readonly ca: string = "";
  /** Good for either end. */
  readonly own: Identity = { key: "", cert: "" };

  constructor() {
    if (!canMakeCertificates) return;
    const authority = new Authority("Mill");
    this.ca = authority.cert;
    this.own = authority.issue("site", LOCAL);
    authority.close();
  }

  /** Where to listen over a protocol. */
  at(protocol: Protocol): ListenOptions {
    const secure = { address: "127.0.0.1:0", ...this.own };
    const where = { tcp: ":0", unix: join(this.folder, "app.sock"), tls: secure, ws: ":0", wss: secure };
    return { [protocol]: where[protocol] };
  }

  /** What a client needs to trust that server. */
  trust(protocol: Protocol): ConnectOptions {
    return isSecure(protocol) ? { tls: { ca: this.ca } } : {};
  }

  /** Removes what it wrote. */
  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

function isSecure(protocol: Protocol): boolean {
  return protocol === "tls" || protocol === "wss";
}
