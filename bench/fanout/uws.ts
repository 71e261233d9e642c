import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { textOf } from "../../src/error.js";

/** µWebSockets for Node.js, as somebody publishes it to npm without its authors. */
export const UWS = "@trufflesuite/uws-js-unofficial";

/** What the bench uses of it. */
export interface Uws {
  App(): UwsApp;
  us_socket_local_port(listening: object): number;
}

interface UwsApp {
  ws(pattern: string, behavior: UwsBehavior): UwsApp;
  listen(host: string, port: number, listening: (socket: object | false) => void): UwsApp;
  publish(topic: string, message: Uint8Array, isBinary: boolean): boolean;
}

interface UwsBehavior {
  /** What may wait for a socket in bytes; a message above it is not sent to it at all. */
  readonly maxBackpressure: number;
  readonly open: (socket: { subscribe(topic: string): boolean }) => void;
}

/**
 * Its native code, past its own entry, which takes `ws` instead where there is none for this Node.js. Throws an error that
 * says why there is none here.
 */
export function loadUws(): Uws {
  const require = createRequire(import.meta.url);
  const { platform, arch, versions } = process;
  const file = join(dirname(manifest(require)), "binaries", `uws_${platform}_${arch}_${versions.modules}.node`);
  if (!existsSync(file)) throw new Error(`${UWS} has no native file for Node.js ${versions.node}, ${platform} ${arch}`);
  return require(file) as Uws;
}

/** Why it cannot be measured here, if so. */
export function uwsLacks(): string | undefined {
  try {
    loadUws();
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

function manifest(require: NodeJS.Require): string {
  try {
    return require.resolve(`${UWS}/package.json`);
  } catch {
    throw new Error(`${UWS} is not installed: see bench/README.md`);
  }
}
