import { MillraceError } from "../error.js";

/** Where to listen or connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[::1]:port` or `:port` (loopback). Throws `invalid_argument` for anything else. */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/]*)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new MillraceError("invalid_argument", `"${text}" is no address: write host:port, such as 127.0.0.1:7000`);
  }
  return { host: match[1] ?? (match[2] || "127.0.0.1"), port };
}

/** The URL of an address: `tcp://127.0.0.1:7000`, `tcp://[::1]:7000`. */
export function formatUrl(protocol: string, host: string, port: number): string {
  return `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Turns what a socket reports into an error that says what to do. */
export function socketError(error: NodeJS.ErrnoException, url: string): MillraceError {
  const details: { [code: string]: string } = {
    EADDRINUSE: `${url} is in use: stop the process that holds it or choose another port`,
    EADDRNOTAVAIL: `${url} is not an address of this machine`,
    EACCES: `this process may not use ${url}: choose a port above 1023`,
    ECONNREFUSED: `nothing listens on ${url}: is the server running?`,
    ENOTFOUND: `the host of ${url} is not known`,
  };
  return new MillraceError("unavailable", details[error.code ?? ""] ?? `${url}: ${error.message}`, { cause: error });
}
