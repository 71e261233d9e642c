import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A key, and a certificate for 127.0.0.1 that vouches for itself: clients give it as their `ca`. Both are PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Whether this machine has the command that makes certificates. */
export const canMakeIdentity = spawnSync("openssl", ["version"]).status === 0;

const request =
  "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=millrace " +
  "-addext subjectAltName=IP:127.0.0.1 -keyout mill.key -out mill.crt";

/** Makes one that is good for a day; its files `mill.key` and `mill.crt` stay in `folder`. */
export function makeIdentity(folder: string): Identity {
  execFileSync("openssl", request.split(" "), { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  return { key: read("mill.key"), cert: read("mill.crt") };
}
