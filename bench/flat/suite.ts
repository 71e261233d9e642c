import type { Case, Effort, Probe, Suite } from "../suite.js";
import { nsPerOperation, type Patience } from "../time.js";
import { allocations } from "../allocation/measure.js";
import type { Contender } from "./contender.js";
import { contenders } from "./contenders/index.js";
import { type Row, rows } from "./rows.js";
import { contenderOf, warmUpAll } from "./stage.js";

/** Tables of FlatBuffers: written, verified, and read in place. */
export const flat: Suite = {
  name: "flat",
  about: "one message into bytes; all of its fields, or one, out of them; B: allocated by one operation",
  packages: ["flatbuffers", "protobufjs", "msgpackr"],
  leftOut: [],
  rounds: { quick: 2, full: 7 },
  cases: rows.map(caseOf),
  means: ["encode", "decode", "read-one", "verified-one"],
};

const patience: Readonly<Record<Effort, Patience>> = {
  quick: { timeMs: 5, samples: 1 },
  full: { timeMs: 40, samples: 3 },
};
const warmUpPasses: Readonly<Record<Effort, number>> = { quick: 20, full: 100 };

const allocationOf = allocations(
  new URL("./allocation-child.js", import.meta.url),
  rows.flatMap(({ name: row }) => [...contenders.keys()].map((subject) => ({ row, subject }))),
);

function caseOf(row: Row): Case {
  const subjects = [...contenders.keys()].map((name) => ({
    name,
    open: (effort: Effort) => openProbe(row, name, effort),
  }));
  return { name: row.name, subjects };
}

async function openProbe(row: Row, name: string, effort: Effort): Promise<Probe> {
  const contender = contenderOf(row, name);
  const allocated = await allocationOf({ row: row.name, subject: name });
  warmUpAll(warmUpPasses[effort]);
  const { count } = row;
  const time = (operation: (i: number) => unknown): number => nsPerOperation(operation, count, patience[effort]);
  const bytes = meanBytes(contender, count);
  const { verify, verifiedOne } = contender;
  const measure = () => [
    { metric: "encode" as const, value: time((i) => contender.encode(i)) },
    { metric: "decode" as const, value: time((i) => contender.readAll(i)) },
    { metric: "read-one" as const, value: time((i) => contender.readOne(i)) },
    ...(verify === undefined ? [] : [{ metric: "verify" as const, value: time(verify) }]),
    ...(verifiedOne === undefined ? [] : [{ metric: "verified-one" as const, value: time(verifiedOne) }]),
    { metric: "bytes" as const, value: bytes },
    { metric: "encode-allocated" as const, value: allocated.encode },
    { metric: "decode-allocated" as const, value: allocated.decode },
  ];
  return { measure, close: () => {} };
}

function meanBytes(contender: Contender, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += contender.encode(i);
  return sum / count;
}
