import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { project } from "./tools.js";

/** The command line as it was built last: from its sources, each start would compile them first. */
const PROGRAM = join(project, "dist/codegen/main.js");

/** Runs the command line in `cwd`, as a process of its own. */
export function millrace(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

/** A command line that goes on until it is told to end. */
export interface Running {
  /** Waits until what was printed since the last call matches `text`, and gives it. */
  until(text: RegExp): Promise<string>;
  /** Sends a signal and gives the exit code. */
  end(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Starts the command line in `cwd`, as a process of its own, which ends with the test. */
export function start(cwd: string, ...args: string[]): Running {
  // Both streams are one pipe, so that what is printed stays in its order.
  const command = ["-c", 'exec "$@" 2>&1', "sh", process.execPath, PROGRAM, ...args];
  const child = spawn("sh", command, { cwd, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let printed = "";
  let look = (): void => {};
  child.stdout.on("data", (part: Buffer) => {
    printed += String(part);
    look();
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return {
    until: (text) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (!text.test(printed)) return;
          look = () => {};
          resolve(printed);
          printed = "";
        };
        void ended.then((code) => reject(new Error(`ended with ${code} after: ${printed}`)));
        look();
      }),
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
