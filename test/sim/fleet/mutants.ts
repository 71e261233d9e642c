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
    what: "a call that waits hangs when its link is closed",
    file: "src/client/waiters.ts",
    find: "for (const { reject } of this.drain()) reject(why());",
    replace: "this.drain();",
  },
  {
    breaks: "reconnect",
    what: "a call that waits is not told of the next connection",
    file: "src/client/waiters.ts",
    find: "for (const { resolve } of this.drain()) resolve(find());",
    replace: "",
  },
  {
    breaks: "reconnect",
    what: "a call that stops waiting leaves the timer of its deadline",
    file: "src/rpc/gated-caller.ts",
    find: "      timer?.cancel();\n      for (const stop of stops)",
    replace: "      for (const stop of stops)",
  },
  {
    breaks: "retry",
    what: "a call is made again that may run only once",
    file: "src/client/calls.ts",
    find: "call.isLost && call.method.idempotent && !call.isAnswered",
    replace: "call.isLost && !call.isAnswered",
  },
  {
    breaks: "retry",
    what: "a stream is read again from its start although some of it was read",
    file: "src/client/calls.ts",
    find: "call.isLost && call.method.idempotent && !call.isAnswered",
    replace: "call.isLost && call.method.idempotent",
  },
  {
    breaks: "retry",
    what: "calls are made again whatever the budget",
    file: "src/client/calls.ts",
    find: "if (!mayRunTwice || !budget.take()) return undefined;",
    replace: "if (!mayRunTwice) return undefined;",
  },
  {
    breaks: "retry",
    what: "a call fails that a server which drains never ran",
    file: "src/client/calls.ts",
    find: "if (call.neverRan) return",
    replace: "if (call.neverRan && call.method.idempotent) return",
  },
  {
    breaks: "retry",
    what: "a call that waits for a connection gives up when it was made once",
    file: "src/client/calls.ts",
    find: "(call.options?.waitForReady ?? this.calls.waitForReady) ? Infinity : PATIENCE_MS",
    replace: "PATIENCE_MS",
  },
];
