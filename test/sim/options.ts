import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  /** How many seeds, and the first of them. */
  readonly seeds: number;
  readonly seed: number;
  /** Whether to plant faults and see that they are found. */
  readonly mutants: boolean;
  /** Whether to leave a failing day as long as it is. */
  readonly raw: boolean;
}

/** The command line cannot be understood; the message is one line for the person who typed it. */
export class UsageError extends Error {}

const USAGE = "usage: npm run sim -- [--seeds N] [--seed S] [--raw] | --mutants";

/** Reads the command line; throws a `UsageError` when it makes no sense. */
export function parseOptions(argv: readonly string[]): Options {
  const { seeds, seed, mutants = false, raw = false } = parse(argv);
  const single = seed !== undefined && seeds === undefined;
  return { seeds: single ? 1 : whole("--seeds", seeds ?? "2000"), seed: whole("--seed", seed ?? "1"), mutants, raw };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        seeds: { type: "string" },
        seed: { type: "string" },
        mutants: { type: "boolean" },
        raw: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}; ${USAGE}`, { cause: error });
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw new UsageError(`${name} must be a whole number, not "${text}"; ${USAGE}`);
}
