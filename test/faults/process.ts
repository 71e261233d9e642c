import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../support/sources.js";

/** What makes Node.js run the project's TypeScript, and lets it collect garbage when it is told to. */
export const ON_SOURCES = ["--import", "tsx", "--expose-gc"];

/** A Node.js process that runs `script` against the built package, or with `ON_SOURCES` the sources, and what it prints. */
export class Script {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  output = "";

  /** @param env what its environment has besides. */
  constructor(script: string, options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [...options, "--input-type=module", "-e", script], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.process.stdout!.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    this.exited = once(this.process, "exit").then(([code]) => code as number | null);
  }

  /** Resolves with the line that is printed next. Rejects when the process ends without one. */
  async line(): Promise<string> {
    const gone = this.exited.then((code) => Promise.reject(new Error(`the process ended with ${code}`)));
    gone.catch(() => {});
    while (!this.output.includes("\n")) await Promise.race([once(this.process.stdout!, "data"), gone]);
    const end = this.output.indexOf("\n");
    const line = this.output.slice(0, end);
    this.output = this.output.slice(end + 1);
    return line;
  }
}
