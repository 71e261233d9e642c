import type { PairSubject, Shape } from "../pair/load.js";
import { Pair } from "../pair/pair.js";
import { floor, millrace } from "../rpc/subjects.js";
import type { Effort, Probe, Sample, Suite } from "../suite.js";
import { canTrace, countSyscalls } from "./strace.js";

const shape: Shape = { transport: "tcp", connections: 1, window: 256, payloadBytes: 64 };

/** How often a server asks the system to read, write or wait. */
export const syscalls: Suite = {
  name: "syscalls",
  about: "reads, writes and waits of the server for 1,000 unary calls of 64 B; strace slows both sides down",
  packages: [],
  leftOut: canTrace ? [] : ["all of it: there is no strace"],
  rounds: { quick: 2, full: 5 },
  cases: canTrace ? [{ name: "tcp unary 64 B 1x256", subjects: [millrace, floor("tcp")].map(subjectOf) }] : [],
};

function subjectOf(subject: PairSubject) {
  return { name: subject.name, open: (effort: Effort) => openTraced(subject, effort) };
}

async function openTraced(subject: PairSubject, effort: Effort): Promise<Probe> {
  const pair = await Pair.open(subject, shape, effort);
  const measure = async (): Promise<Sample[]> => {
    const { result, count } = await countSyscalls(pair.server.pid, () => pair.measure());
    return [{ metric: "syscalls", value: (count / result.answers) * 1000 }];
  };
  return { measure, close: () => pair.close() };
}
