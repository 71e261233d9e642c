import type { Case, Effort, Probe, Suite } from "../suite.js";
import { nsPerOperation, type Patience } from "../time.js";
import { check, type Contender } from "./contender.js";
import { contenders } from "./contenders/index.js";
import { type Row, rows } from "./rows.js";

/** Tables of FlatBuffers: written, verified, and read in place. */
export const flat: Suite = {
  name: "flat",
  about: "one message into bytes; all of its fields, or one, out of them; millrace verified: checked before each read",
  packages: ["flatbuffers", "protobufjs", "msgpackr"],
  leftOut: [],
  rounds: { quick: 2, full: 7 },
  cases: rows.map(caseOf),
  means: ["encode", "decode", "read-one"],
};

const patience: Readonly<Record<Effort, Patience>> = {
  quick: { timeMs: 5, samples: 1 },
  full: { timeMs: 40, samples: 3 },
};
const warmUpPasses: Readonly<Record<Effort, number>> = { quick: 20, full: 100 };

const made = new Map<string, Contender>();
let isWarm = false;

function caseOf(row: Row): Case {
  const subjects = [...contenders.keys()].map((name) => ({
    name,
    open: (effort: Effort) => openProbe(row, name, effort),
  }));
  return { name: row.name, subjects };
}

function openProbe(row: Row, name: string, effort: Effort): Probe {
  const contender = contenderOf(row, name);
  warmUpAll(warmUpPasses[effort]);
  const { count } = row;
  const time = (operation: (i: number) => unknown): number => nsPerOperation(operation, count, patience[effort]);
  const bytes = meanBytes(contender, count);
  const { verify } = contender;
  const measure = () => [
    { metric: "encode" as const, value: time((i) => contender.encode(i)) },
    { metric: "decode" as const, value: time((i) => contender.readAll(i)) },
    { metric: "read-one" as const, value: time((i) => contender.readOne(i)) },
    ...(verify === undefined ? [] : [{ metric: "verify" as const, value: time(verify) }]),
    { metric: "bytes" as const, value: bytes },
  ];
  return { measure, close: () => {} };
}

/** A contender on one row, made once and kept; throws when it does not read what was written. */
function contenderOf(row: Row, name: string): Contender {
  const key = `${row.name}/${name}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const contender = contenders.get(name)!(row);
  check(contender, row);
  made.set(key, contender);
  return contender;
}

/** Lets all contenders do all rows, so that what is measured later has seen every shape, as the code of a real program has. */
function warmUpAll(passes: number): void {
  if (isWarm) return;
  isWarm = true;
  const all = rows.flatMap((row) => [...contenders.keys()].map((name) => ({ row, contender: contenderOf(row, name) })));
  for (let pass = 0; pass < passes; pass++) {
    for (const { row, contender } of all) {
      runAll(contender, row.count);
    }
  }
}

function runAll(contender: Contender, count: number): void {
  for (let i = 0; i < count; i++) {
    contender.encode(i);
    contender.readAll(i);
    contender.readOne(i);
  }
}

function meanBytes(contender: Contender, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += contender.encode(i);
  return sum / count;
}
