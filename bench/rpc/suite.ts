import type { Case, Subject, Suite } from "../suite.js";
import type { Shape, Transport } from "./load.js";
import { openProbe } from "./probe.js";
import { canPin } from "./worker.js";

const subjects: Readonly<Record<Transport, readonly string[]>> = {
  tcp: ["millrace", "floor"],
  ws: ["millrace", "floor", "ws+json"],
};

const loads = [
  { connections: 1, window: 256 },
  { connections: 50, window: 16 },
  { connections: 50, window: 1 },
] as const;

/** Unary calls of 64 bytes between two processes. */
export const rpc: Suite = {
  name: "rpc",
  about: `unary calls between two processes, ${canPin ? "each pinned to a core" : "NOT pinned (no taskset or one core)"}; CPU per call`,
  packages: ["ws"],
  rounds: { quick: 2, full: 5 },
  cases: (["tcp", "ws"] as const).flatMap((transport) => loads.map((load) => caseOf({ transport, ...load }))),
};

function caseOf(shape: Shape): Case {
  return {
    name: `${shape.transport} unary 64 B ${shape.connections}x${shape.window}`,
    subjects: subjects[shape.transport].map((name) => subjectOf(name, shape)),
  };
}

function subjectOf(name: string, shape: Shape): Subject {
  return { name, open: (effort) => openProbe(name, shape, effort) };
}
