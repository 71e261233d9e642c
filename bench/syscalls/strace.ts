import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Whether this machine has the command that counts system calls. */
export const canTrace = spawnSync("strace", ["-V"]).status === 0;

/** What a server does to its sockets and to wait for them; `?` lets strace pass over those that a machine has not. */
const counted =
  "read readv recvfrom recvmsg write writev sendto sendmsg epoll_wait epoll_pwait epoll_pwait2 io_uring_enter";
const filter = `trace=${counted
  .split(" ")
  .map((name) => `?${name}`)
  .join(",")}`;

/** Runs `work` while the system calls of process `pid` are counted. */
export async function countSyscalls<T>(pid: number, work: () => Promise<T>): Promise<{ result: T; count: number }> {
  const args = ["-c", "-f", "-e", filter, "-p", String(pid)];
  const strace = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  const output = outputOf(strace);
  try {
    await output.attached;
    const result = await work();
    strace.kill("SIGINT");
    return { result, count: sumOfCalls(await output.all) };
  } finally {
    strace.kill("SIGINT");
  }
}

function outputOf(strace: ChildProcess): { attached: Promise<void>; all: Promise<string> } {
  let text = "";
  const all = once(strace, "close").then(() => text);
  const attached = new Promise<void>((resolve, reject) => {
    strace.stderr!.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (text.includes("attached")) resolve();
    });
    all.then(() => reject(new Error(`strace did not attach: ${text.trim()}`)), reject);
  });
  return { attached, all };
}

/** Adds up the `calls` of the table that `strace -c` prints. */
export function sumOfCalls(table: string): number {
  const rows = table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+)(?: +\d+)? +(\w+)$/gm);
  let sum = 0;
  for (const [, calls, name] of rows) if (name !== "total") sum += Number(calls);
  if (sum === 0) throw new Error(`strace counted nothing: ${table.trim()}`);
  return sum;
}
