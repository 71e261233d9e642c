import type { PairSubject, Shape, Transport } from "../pair/load.js";
import type { Window } from "../pair/pair.js";
import { openProbe, readRate } from "../pair/probe.js";
import { leftOutOf, usableOf } from "../pair/transports.js";
import { pinning } from "../pair/worker.js";
import type { Case, Sample, Suite } from "../suite.js";

const transports = ["tcp", "unix", "ws", "tls"] as const;
const kib = 1024;

/** Server streams between two processes. */
export const stream: Suite = {
  name: "stream",
  about: `one server stream between two processes, ${pinning}; CPU per item`,
  packages: ["ws"],
  leftOut: leftOutOf(transports),
  rounds: { quick: 2, full: 5 },
  cases: [
    caseOf("tcp", 64, "64 B", "floor-frames"),
    ...usableOf(transports).map((transport) =>
      caseOf(transport, 64 * kib, "64 KiB", transport === "ws" ? "floor-messages" : "floor-bytes"),
    ),
  ],
};

function caseOf(transport: Transport, payloadBytes: number, size: string, floorFile: string): Case {
  const shape: Shape = { transport, connections: 1, window: 1, payloadBytes };
  const subjects = [
    subjectOf("millrace", "millrace"),
    subjectOf("millrace-batches", "millrace-batches"),
    subjectOf("floor", floorFile),
  ];
  const read = (window: Window): Sample[] => readThroughput(window, payloadBytes);
  return {
    name: `${transport} stream ${size}`,
    subjects: subjects.map((subject) => ({
      name: subject.name,
      open: (effort) => openProbe(subject, shape, effort, read),
    })),
  };
}

function subjectOf(name: string, file: string): PairSubject {
  return { name, module: new URL(`./peers/${file}.js`, import.meta.url) };
}

function readThroughput(window: Window, payloadBytes: number): Sample[] {
  const samples = readRate(window);
  const throughput = samples
    .filter(({ metric }) => metric === "rate")
    .map(({ value }) => ({ metric: "throughput" as const, value: value * payloadBytes }));
  return [...samples, ...throughput];
}
