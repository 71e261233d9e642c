import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  readonly seed: number;
  /** How many mutants to play, in memory; `Infinity` when only time ends it. */
  readonly mutants: number;
  readonly minutes: number;
  /** How many of them a live server gets, over sockets. */
  readonly live: number;
  /** The one mutant to play, and to show. */
  readonly mutant: number | undefined;
}

/** The command line cannot be understood; the message is one line for the person who typed it. */
export class UsageError extends Error {}

const USAGE = "usage: npm run fuzz -- [--mutants N | --minutes N] [--live N] [--seed S [--mutant K]]";
const USUAL_MUTANTS = 200_000;
/** One mutant in so many also goes to a live server. */
const USUAL_SHARE = 100;
const LIVE_PER_MINUTE = 5000;

/** Reads the command line; throws a `UsageError` when it makes no sense. */
export function parseOptions(argv: readonly string[]): Options {
  const values = parse(argv);
  const minutes = numberIn(values.minutes);
  const mutants = numberIn(values.mutants) ?? (minutes === undefined ? USUAL_MUTANTS : Infinity);
  const usualLive = Math.ceil(mutants === Infinity ? (minutes ?? 0) * LIVE_PER_MINUTE : mutants / USUAL_SHARE);
  return {
    seed: numberIn(values.seed) ?? Date.now() % 2 ** 31,
    mutants,
    minutes: minutes ?? Infinity,
    live: numberIn(values.live) ?? usualLive,
    mutant: numberIn(values.mutant),
  };
}

function numberIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new UsageError(`"${text}" is no number; ${USAGE}`);
  return Number(text);
}

function parse(argv: readonly string[]) {
  const option = { type: "string" } as const;
  const options = { seed: option, mutants: option, minutes: option, live: option, mutant: option };
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason.split("\n")[0]}; ${USAGE}`, { cause: error });
  }
}
