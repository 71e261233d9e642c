import { parseArgs } from "node:util";
import type { Effort } from "./suite.js";

/** What the command line asks for. */
export interface Options {
  /** Names of the suites to run, in order. */
  readonly suites: readonly string[];
  /** The word that was given: one suite's name, or `all`. */
  readonly asked: string;
  readonly effort: Effort;
  readonly jsonFile?: string;
  /** How many subscribers of `fanout` are stopped. */
  readonly stopped: number;
}

/** The command line cannot be understood; the message is one line for the person who typed it. */
export class UsageError extends Error {}

/** Reads `SUITE [--quick] [--json FILE]`; throws a `UsageError` on anything else. */
export function parseOptions(argv: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parse(argv);
  const usage = `usage: npm run bench -- ${[...known, "all"].join("|")} [--quick] [--json FILE] [--stopped N]`;
  const [asked, ...rest] = positionals;
  if (asked === undefined) throw new UsageError(`no suite named; ${usage}`);
  if (rest.length > 0) throw new UsageError(`one suite at a time, not also "${rest.join(" ")}"; ${usage}`);
  if (asked !== "all" && !known.includes(asked)) throw new UsageError(`unknown suite "${asked}"; ${usage}`);
  const stopped = Number(values.stopped ?? 0);
  if (!Number.isInteger(stopped) || stopped < 0) throw new UsageError(`--stopped is a number of subscribers; ${usage}`);
  return {
    stopped,
    suites: asked === "all" ? known : [asked],
    asked,
    effort: values.quick === true ? "quick" : "full",
    ...(values.json !== undefined && { jsonFile: values.json }),
  };
}

function parse(argv: readonly string[]) {
  try {
    const options = { quick: { type: "boolean" }, json: { type: "string" }, stopped: { type: "string" } } as const;
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(reason.split("\n")[0], { cause: error });
  }
}
