import type { Mutant } from "../mutants.js";

/** Faults to plant in what makes links outlive their connections. */
export const FLEET_MUTANTS: readonly Mutant[] = [
  {
    breaks: "reconnect",
    what: "all clients wait for the same time",
    file: "src/client/backoff.ts",
    find: " * (1 + JITTER * (2 * this.random() - 1))",
    replace: "",
  },
  {
    breaks: "reconnect",
    what: "a client tries again without a wait",
    file: "src/client/member.ts",
    find: "this.timer = clock.after(ms, () => this.connect());",
    replace: "this.timer = clock.after(0, () => this.connect());",
  },
  {
    breaks: "reconnect",
    what: "a link that is closed while it waits for its next attempt makes that",
    file: "src/client/member.ts",
    find: "    this.timer?.cancel();\n    this.timer = undefined;",
    replace: "",
  },
  {
    breaks: "reconnect",
    what: "a link that is closed leaves the connection open that takes no more calls",
    file: "src/client/member.ts",
    find: "return this.link ? [this.link, ...this.retiring] : [...this.retiring];",
    replace: "return this.link ? [this.link] : [];",
  },
  {
    breaks: "reconnect",
    what: "a call that waits hangs when its link is closed",
    file: "src/client/pool.ts",
    find: "for (const { reject } of this.drainWaiters()) reject(this.absence());",
    replace: "this.drainWaiters();",
  },
  {
    breaks: "reconnect",
    what: "a call that waits is not told of the next connection",
    file: "src/client/pool.ts",
    find: "for (const { resolve } of this.drainWaiters()) resolve(this.pick()!);",
    replace: "",
  },
  {
    breaks: "reconnect",
    what: "a call that stops waiting leaves the timer of its deadline",
    file: "src/rpc/gated-caller.ts",
    find: "      done();\n      resolve(undefined);",
    replace: "      resolve(undefined);",
  },
  {
    breaks: "reconnect",
    what: "a stub goes on calling over a connection that is gone",
    file: "src/client/calls.ts",
    find: "return link === this.link ? this.caller : this.callerOver(link);",
    replace: "return this.caller ?? this.callerOver(link);",
  },
  {
    breaks: "pool",
    what: "a client gives up when one of its servers cannot be reached",
    file: "src/client/pool.ts",
    find: 'return this.members.every(({ state, hasFailed }) => state === "closed"',
    replace: 'return this.members.some(({ state, hasFailed }) => state === "closed"',
  },
];
