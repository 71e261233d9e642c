import { type Code, MillraceError } from "millrace";

/** Throws unless `value` is true. */
export function ok(value: boolean, complaint: string): void {
  if (!value) throw new Error(complaint);
}

/** Throws unless both print alike; fit for plain values, bytes and big integers. */
export function equal(actual: unknown, expected: unknown): void {
  const [left, right] = [show(actual), show(expected)];
  if (left !== right) throw new Error(`expected ${right}, got ${left}`);
}

/** Waits for `work` to reject with `code`, and returns the error. */
export async function fails(work: Promise<unknown>, code: Code): Promise<MillraceError> {
  const error: unknown = await work.then(
    () => new Error(`expected ${code}, but it succeeded`),
    (reason: unknown) => reason,
  );
  if (error instanceof MillraceError && error.code === code) return error;
  throw new Error(`expected ${code}, got ${String(error)}`, { cause: error });
}

/** Waits until `happened` is true; the runner's own time limit ends a wait in vain. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 1));
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    return part instanceof Uint8Array ? `bytes ${[...part].join(" ")}` : part;
  });
}
