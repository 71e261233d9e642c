import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether this machine has the tool that makes certificates; tests that need some are skipped without it. */
export const canMakeCertificates = spawnSync("openssl", ["version"]).status === 0;

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority that lives in a folder of its own. */
export class Authority {
  readonly cert: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "millrace-ca-"));
  private count = 0;

  constructor(name: string) {
    this.openssl("req", "-x509", ...NEW_KEY, "-keyout", "ca.key", "-out", "ca.crt", "-subj", `/CN=${name}`);
    this.cert = this.read("ca.crt");
  }

  /** A certificate of these names, such as `DNS:localhost`, by default valid for a day from now. */
  issue(commonName: string, names: readonly string[], days = 1): Identity {
    const file = `${++this.count}`;
    const alternatives = names.map((name, i) => name.replace(":", `.${i}=`)).join("\n");
    writeFileSync(join(this.folder, "ext"), `subjectAltName=@names\n[names]\n${alternatives}\n`);
    this.openssl(
      "req",
      ...NEW_KEY,
      "-keyout",
      `${file}.key`,
      "-out",
      `${file}.csr`,
      "-subj",
      `/O=Mill/CN=${commonName}`,
    );
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext", "-days", String(days)];
    this.openssl("x509", "-req", "-in", `${file}.csr`, "-out", `${file}.crt`, ...signed);
    return { key: this.read(`${file}.key`), cert: this.read(`${file}.crt`) };
  }

  /** The authority as a server of these names: signed by nobody but itself. */
  asServer(names: readonly string[]): Identity {
    const alternatives = ["-addext", `subjectAltName=${names.join(",")}`];
    this.openssl("req", "-x509", "-key", "ca.key", "-out", "own.crt", "-subj", "/CN=alone", ...alternatives);
    return { key: this.read("ca.key"), cert: this.read("own.crt") };
  }

  /** Removes what it wrote. */
  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  private openssl(...args: string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** The names under which a test's server is reached. */
export const LOCAL = ["DNS:localhost", "IP:127.0.0.1"];
