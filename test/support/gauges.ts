import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What this process holds when a collection frees nothing more. */
export async function collected(): Promise<NodeJS.MemoryUsage> {
  for (let least = Infinity; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    const usage = process.memoryUsage();
    const bytes = usage.heapUsed + usage.external;
    if (bytes >= least) return usage;
    least = bytes;
  }
}

/** Open files of this process, sockets among them; the system says so in a folder. */
export function openFiles(): number {
  return readdirSync(process.platform === "linux" ? "/proc/self/fd" : "/dev/fd").length;
}

const TICK_MS = 10;

/** Measures for how long this process kept itself from doing anything else. */
export class Blocking {
  /** The longest so far. A process that only has to wait for the processor is not to blame: what counts is its own work. */
  mostMs = 0;
  private last = Blocking.now();
  private readonly timer = setInterval(() => this.tick(), TICK_MS).unref();

  /** Forgets what was before. */
  reset(): void {
    this.mostMs = 0;
    this.last = Blocking.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const now = Blocking.now();
    this.mostMs = Math.max(this.mostMs, Math.min(now.time - this.last.time - TICK_MS, now.work - this.last.work));
    this.last = now;
  }

  private static now(): { time: number; work: number } {
    const { user, system } = process.cpuUsage();
    return { time: performance.now(), work: (user + system) / 1000 };
  }
}
