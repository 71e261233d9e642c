import type { PairSubject, Shape, Transport } from "../pair/load.js";
import { openProbe, readRate } from "../pair/probe.js";
import { leftOutOf, usableOf } from "../pair/transports.js";
import { pinning } from "../pair/worker.js";
import type { Case, Suite } from "../suite.js";
import { floor, millrace, wsJson } from "./subjects.js";

const transports = ["tcp", "unix", "tls", "ws"] as const;

const few = [
  { connections: 1, window: 256 },
  { connections: 50, window: 1 },
] as const;
const all = [few[0], { connections: 50, window: 16 }, few[1]] as const;

/** TCP is what all is compared with, and WebSocket is where the peers are; the others show only both ends. */
const loads = { tcp: all, unix: few, tls: few, ws: all } as const;

/** Unary calls of 64 bytes between two processes. */
export const rpc: Suite = {
  name: "rpc",
  about: `unary calls between two processes, ${pinning}; CPU per call`,
  packages: ["ws"],
  leftOut: leftOutOf(transports),
  rounds: { quick: 2, full: 5 },
  cases: usableOf(transports).flatMap((transport) =>
    loads[transport].map((load) => caseOf({ transport, payloadBytes: 64, ...load })),
  ),
};

function caseOf(shape: Shape): Case {
  const { transport, connections, window } = shape;
  return {
    name: `${transport} unary 64 B ${connections}x${window}`,
    subjects: subjectsOf(transport).map((subject) => ({
      name: subject.name,
      open: (effort) => openProbe(subject, shape, effort, readRate),
    })),
  };
}

function subjectsOf(transport: Transport): PairSubject[] {
  return transport === "ws" ? [millrace, floor(transport), wsJson] : [millrace, floor(transport)];
}
