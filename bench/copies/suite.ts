import type { Shape } from "../pair/load.js";
import { openProbe, readMeasured } from "../pair/probe.js";
import { pinning } from "../pair/worker.js";
import type { Case, Suite } from "../suite.js";

const subject = { name: "millrace", module: new URL("./peer.js", import.meta.url) };

/** How much of what a server receives it has to copy before a handler can read it. */
export const copies: Suite = {
  name: "copies",
  about: `requests with 16 in flight, whose bytes the handler reads; processes ${pinning}`,
  packages: [],
  leftOut: [],
  rounds: { quick: 2, full: 5 },
  cases: [80, 20].map(caseOf),
};

function caseOf(kilobytes: number): Case {
  const shape: Shape = { transport: "tcp", connections: 1, window: 16, payloadBytes: kilobytes * 1000 };
  return {
    name: `tcp unary ${kilobytes} KB 1x16`,
    subjects: [{ name: subject.name, open: (effort) => openProbe(subject, shape, effort, readMeasured) }],
  };
}
