import type { Effort, Probe, Sample } from "../suite.js";
import type { PairSubject, Shape } from "./load.js";
import { Pair, type Span, type Window } from "./pair.js";

/** What is kept of a window. */
export type Reading = (window: Window) => Sample[];

/** Starts both sides of a subject, and measures what `read` keeps. */
export async function openProbe(subject: PairSubject, shape: Shape, effort: Effort, read: Reading): Promise<Probe> {
  const pair = await Pair.open(subject, shape, effort);
  return { measure: async () => read(await pair.measure()), close: () => pair.close() };
}

/** Answers a second, and CPU for each of them on both sides. */
export function readRate({ server, client }: Window): Sample[] {
  const answers = answersIn(client);
  return [
    { metric: "rate", value: answers / ((client.after.atMs - client.before.atMs) / 1000) },
    { metric: "server-cpu", value: cpuUsIn(server) / answers },
    { metric: "client-cpu", value: cpuUsIn(client) / answers },
  ];
}

/** What the processes measured by themselves. */
export function readMeasured({ server, client }: Window): Sample[] {
  return [...client.after.measured, ...server.after.measured];
}

/** The answers that came in a span of the client. */
export function answersIn({ before, after }: Span): number {
  return after.answers - before.answers;
}

function cpuUsIn({ before, after }: Span): number {
  return after.cpuUs - before.cpuUs;
}
