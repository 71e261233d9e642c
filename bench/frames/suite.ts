import { Child } from "../../examples/support/child.js";
import type { Case, Effort, Probe, Sample, Subject, Suite } from "../suite.js";

/** Room for all that a bad parser allocates in a round, so that no collection hides it. */
const heapFlags = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

const framesPerRound: Readonly<Record<Effort, number>> = { quick: 200_000, full: 1_000_000 };
/** Until the parser is compiled for good, compiling is what fills the heap. */
const warmUpRounds = 5;
const payloadSizes = [16, 64, 1_024];

/** What a round found; or why it says nothing. */
export type FramesAnswer = { readonly ok: true; readonly allocated: number; readonly ns: number } | Refusal;

interface Refusal {
  readonly ok: false;
  readonly reason: string;
}

/** Finding whole frames in a chunk. */
export const frames: Suite = {
  name: "frames",
  about: "frames that lie whole in a 64 KiB chunk, by payload size: time per frame, heap per million",
  packages: [],
  leftOut: [],
  rounds: { quick: 3, full: 7 },
  cases: payloadSizes.map(caseOf),
};

function caseOf(payloadBytes: number): Case {
  const subjectOf = (name: string): Subject => ({ name, open: (effort) => openProbe(name, payloadBytes, effort) });
  return { name: `frames ${payloadBytes} B`, subjects: ["millrace", "floor"].map(subjectOf) };
}

async function openProbe(name: string, payloadBytes: number, effort: Effort): Promise<Probe> {
  const module = new URL("./child.js", import.meta.url);
  const args = [name, String(payloadBytes)];
  const execArgv = [...heapFlags, ...process.execArgv];
  const child = new Child<number, FramesAnswer>(`the parser of ${name}`, module, args, { execArgv });
  const measure = async () => samplesOf(await child.ask(framesPerRound[effort]));
  try {
    await child.ready;
    for (let i = 0; i < warmUpRounds; i++) samplesOf(await child.ask(framesPerRound.full));
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { measure, close: () => child.stop() };
}

function samplesOf(answer: FramesAnswer): Sample[] {
  if (!answer.ok) throw new Error(answer.reason);
  return [
    { metric: "parse", value: answer.ns },
    { metric: "allocated", value: answer.allocated },
  ];
}
