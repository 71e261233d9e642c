import { resolve } from "node:path";
import { MillraceError } from "../error.js";

/** Where to listen or connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What fits into the system's address of a Unix socket, less the zero at its end. */
const MAX_PATH_BYTES = process.platform === "linux" ? 107 : 103;

/** Reads `host:port`, `[::1]:port` or `:port` (loopback). Throws `invalid_argument` for anything else. */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/]*)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65535) {
    throw new MillraceError("invalid_argument", `"${text}" is not an address: write host:port, such as 127.0.0.1:7000`);
  }
  return { host: match[1] ?? (match[2] || "127.0.0.1"), port };
}

/**
 * Makes the path of a Unix socket absolute. Throws `invalid_argument` for one that the system has no room for.
 * @param spareBytes how many bytes longer than this path another one has to be.
 */
export function parsePath(text: string, spareBytes = 0): string {
  const path = resolve(text);
  if (text === "" || text.includes("\0")) {
    throw new MillraceError("invalid_argument", `"${text}" is not the path of a Unix socket: write /path/to/app.sock`);
  }
  const most = MAX_PATH_BYTES - spareBytes;
  if (Buffer.byteLength(path) > most) {
    throw new MillraceError("invalid_argument", `${path} is too long for a Unix socket: at most ${most} bytes`);
  }
  return path;
}

/** The URL of an address: `tcp://127.0.0.1:7000`, `tcp://[::1]:7000`. */
export function formatUrl(protocol: string, host: string, port: number): string {
  return `${protocol}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
