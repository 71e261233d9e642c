import type { PairSubject, Shape } from "../pair/load.js";
import type { Window } from "../pair/pair.js";
import { openProbe, readMeasured, readRate } from "../pair/probe.js";
import { pinning } from "../pair/worker.js";
import type { Case, Effort, Sample, Suite, SuiteOptions } from "../suite.js";
import { EVENT_BYTES } from "./event.js";
import { UWS, uwsLacks } from "./uws.js";

type FanTransport = "tcp" | "ws";

const few = [{ subscribers: 1000, events: 8 }] as const;
const audiences: Readonly<Record<Effort, readonly number[]>> = { quick: [1000], full: [1000, 5000] };
/** In one turn, above which socket.io is left out: it takes longer for it than a process may for an answer. */
const SOCKET_IO_DELIVERIES = 100_000;

/** One event to many; `stopped` says how many subscribers beside the others read nothing at all. */
export function fanout({ effort, stopped }: SuiteOptions): Suite {
  const all = audiences[effort].flatMap((count) => [1, 8, 64].map((events) => ({ subscribers: count, events })));
  const lacks = uwsLacks();
  return {
    name: "fanout",
    about: `events of ${EVENT_BYTES} B to all subscribers, in another process, ${pinning}; CPU per delivery`,
    packages: ["ws", "socket.io", ...(lacks === undefined ? [UWS] : [])],
    leftOut: lacks === undefined ? [] : [`uws: ${lacks}`],
    rounds: { quick: 2, full: 3 },
    cases: (["tcp", "ws"] as const).flatMap((transport) => {
      if (stopped === 0) return all.map((load) => caseOf(transport, load));
      return few.flatMap((load) => [0, stopped].map((count) => caseOf(transport, { ...load, stopped: count }, true)));
    }),
  };
}

function caseOf(transport: FanTransport, fan: NonNullable<Shape["fan"]>, isAlone = false): Case {
  const shape: Shape = { transport, connections: 1, window: 2, payloadBytes: EVENT_BYTES, fan };
  const { subscribers, events, stopped = 0 } = fan;
  const subjects = isAlone ? [subjectOf("millrace", "millrace")] : subjectsOf(transport, fan);
  return {
    name: `${transport} ${subscribers} subs x${events}${stopped > 0 ? `, ${stopped} stopped` : ""}`,
    subjects: subjects.map((subject) => ({
      name: subject.name,
      open: (effort) => openProbe(subject, shape, effort, read),
    })),
  };
}

/** The peers have one way to go; they stand beside us whatever ours is. */
function subjectsOf(transport: FanTransport, { subscribers: count, events }: NonNullable<Shape["fan"]>): PairSubject[] {
  return [
    subjectOf("millrace", "millrace"),
    subjectOf("floor", transport === "tcp" ? "floor-socket" : "floor-ws"),
    subjectOf("ws", "ws"),
    ...(count * events <= SOCKET_IO_DELIVERIES ? [subjectOf("socket.io", "socket-io")] : []),
    ...(uwsLacks() === undefined ? [subjectOf("uws", "uws")] : []),
  ];
}

function subjectOf(name: string, file: string): PairSubject {
  return { name, module: new URL(`./peers/${file}.js`, import.meta.url) };
}

function read(window: Window): Sample[] {
  return [...readRate(window), ...readMeasured(window)];
}
