import { Child } from "../../examples/support/child.js";
import type { Effort, Probe, Sample, Subject, Suite } from "../suite.js";

const links: Readonly<Record<Effort, number>> = { quick: 500, full: 5_000 };
const execArgv = ["--expose-gc", ...process.execArgv];

/** What the runner asks of a process: to serve, or to open so many connections to `url`. */
export type Question =
  | { readonly ask: "serve" }
  | { readonly ask: "open"; readonly url: string; readonly count: number };

/** The URL that is served at, or the bytes that each connection takes. */
export type Answer = string | number;

/** What a link costs that nobody uses. */
export const idle: Suite = {
  name: "idle",
  about: `memory of a client's process, for each of ${links.full} connections that are open and idle`,
  packages: [],
  leftOut: [],
  rounds: { quick: 1, full: 3 },
  cases: [{ name: "tcp idle", subjects: ["millrace", "floor"].map(subjectOf) }],
};

function subjectOf(name: string): Subject {
  return { name, open: (effort): Probe => ({ measure: () => measure(name, links[effort]), close() {} }) };
}

/** One round, with processes of its own: what was open before would be measured with it. */
async function measure(name: string, count: number): Promise<Sample[]> {
  const [server, client] = ["server", "client"].map((side) => start(`the ${side} of ${name}`, name));
  try {
    await Promise.all([server.ready, client.ready]);
    const url = (await server.ask({ ask: "serve" })) as string;
    const value = (await client.ask({ ask: "open", url, count })) as number;
    return [{ metric: "resident", value }];
  } finally {
    await Promise.all([client.stop(), server.stop()]);
  }
}

function start(title: string, name: string): Child<Question, Answer> {
  return new Child<Question, Answer>(title, new URL("./child.js", import.meta.url), [name], { execArgv });
}
