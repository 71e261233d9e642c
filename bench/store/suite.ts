import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case, Effort, Probe, Subject, Suite } from "../suite.js";
import { lmdbWriter, millraceWriter, type Writer } from "./writers.js";

/** How much is written in one turn, and what of each key is kept. */
export interface Load {
  readonly name: string;
  readonly keys: number;
  readonly eventsPerKey: number;
  readonly history: number;
}

const loads: readonly Load[] = [
  { name: "1 key x1000", keys: 1, eventsPerKey: 1000, history: 10_000 },
  { name: "1000 keys x1", keys: 1000, eventsPerKey: 1, history: 20 },
  { name: "100 keys x1", keys: 100, eventsPerKey: 1, history: 20 },
  { name: "1 key x1", keys: 1, eventsPerKey: 1, history: 100 },
];

const turnsPerRound: Readonly<Record<Effort, number>> = { quick: 50, full: 200 };
const warmUpTurns = 50;

/** Publishing events that are on the disk when that resolves. */
export const store: Suite = {
  name: "store",
  about:
    "events published to LMDB, so many in one turn, each turn awaited; millrace trims the history, too. " +
    "lmdb: bare puts of the same bytes, committed; synced: on the disk, as those of millrace are",
  packages: ["lmdb"],
  leftOut: [],
  rounds: { quick: 3, full: 7 },
  cases: loads.map(caseOf),
};

function caseOf(load: Load): Case {
  const subjectOf = (name: string, make: (folder: string, load: Load) => Promise<Writer>): Subject => ({
    name,
    open: (effort) => openProbe(make, load, turnsPerRound[effort]),
  });
  return {
    name: load.name,
    subjects: [
      subjectOf("millrace", millraceWriter),
      subjectOf("lmdb", (folder, own) => lmdbWriter(folder, own, false)),
      subjectOf("lmdb synced", (folder, own) => lmdbWriter(folder, own, true)),
    ],
  };
}

async function openProbe(
  make: (folder: string, load: Load) => Promise<Writer>,
  load: Load,
  turns: number,
): Promise<Probe> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  const writer = await make(folder, load);
  const write = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await writer.turn();
  };
  await write(warmUpTurns);
  return {
    async measure() {
      const start = performance.now();
      await write(turns);
      const seconds = (performance.now() - start) / 1000;
      return [{ metric: "rate", value: (turns * load.keys * load.eventsPerKey) / seconds }];
    },
    async close() {
      await writer.close();
      rmSync(folder, { recursive: true });
    },
  };
}
