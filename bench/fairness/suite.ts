import type { Shape } from "../pair/load.js";
import { openProbe, readMeasured } from "../pair/probe.js";
import { pinning } from "../pair/worker.js";
import type { Subject, Suite } from "../suite.js";

const shape: Shape = { transport: "tcp", connections: 1, window: 1, payloadBytes: 64 };

/** Whether a large stream lets small calls pass. */
export const fairness: Suite = {
  name: "fairness",
  about: `small calls, one at a time, beside a stream of 64 KiB items that never ends; processes ${pinning}`,
  packages: [],
  leftOut: [],
  rounds: { quick: 2, full: 5 },
  cases: [
    {
      name: "tcp small call beside a large stream",
      subjects: [subjectOf("millrace", "one-link"), subjectOf("millrace-two-links", "two-links")],
    },
    { name: "tcp small call alone", subjects: [subjectOf("millrace", "alone")] },
  ],
};

function subjectOf(name: string, file: string): Subject {
  const subject = { name, module: new URL(`./peers/${file}.js`, import.meta.url) };
  return { name, open: (effort) => openProbe(subject, shape, effort, readMeasured) };
}
