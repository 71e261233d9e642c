import type { Sample } from "../suite.js";
import type { Place } from "./load.js";

/** What the runner asks of a process, one at a time. */
export type Ask = { readonly ask: "start" } | { readonly ask: "mark" } | { readonly ask: "rest" };

/** What a process answers; `ready` comes unasked, once it is set up. */
export type Reply =
  | { readonly reply: "ready"; readonly place: Place }
  | { readonly reply: "mark"; readonly mark: Mark }
  | { readonly reply: "done" };

/** Where a process stands: two of them make a window. */
export interface Mark {
  /** CPU time that the process has used, in microseconds. */
  readonly cpuUs: number;
  readonly atMs: number;
  readonly calls: number;
  readonly answers: number;
  /** What the process measured by itself since the mark before. */
  readonly measured: readonly Sample[];
}

/** Tells the runner that started this process. */
export function reply(message: Reply): void {
  process.send?.(message);
}

/** The mark of this process, now. */
export function markNow(calls: number, answers: number, measured: readonly Sample[]): Reply {
  const { user, system } = process.cpuUsage();
  return { reply: "mark", mark: { cpuUs: user + system, atMs: performance.now(), calls, answers, measured } };
}
