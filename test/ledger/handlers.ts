import type { Entry, LedgerHandlers } from "../../schemas/gen/ledger.js";
import type { Call, Stream } from "../../src/index.js";
import type { Clock } from "../../src/link/clock.js";

type Entries = AsyncIterable<Partial<Entry>>;

/**
 * Handlers of `Ledger` that write down each call they start, and each that they bring to its end.
 * @param write keeps a line: `started 7`, `done 7`.
 */
export function ledgerHandlers(clock: Clock, write: (line: string) => void): LedgerHandlers {
  const one = async (entry: Entry, call: Call): Promise<Partial<Entry>> => {
    const answer = { ...entry, note: entry.note.slice() };
    write(`started ${entry.id}`);
    await pause(clock, entry.workMs, call.signal);
    write(`done ${entry.id}`);
    return answer;
  };
  const many = async function* ({ id, count, workMs }: Entry, call: Call): Entries {
    write(`started ${id}`);
    for (let at = 1; at <= count; at++) {
      await pause(clock, workMs, call.signal);
      yield { id, count: at };
    }
    write(`done ${id}`);
  };
  const counted = async (requests: Stream<Entry>, call: Call): Promise<Partial<Entry>> => {
    const id = idOf(call);
    let count = 0;
    write(`started ${id}`);
    for await (const _entry of requests) count++;
    write(`done ${id}`);
    return { id, count };
  };
  const given = async function* (requests: Stream<Entry>, call: Call): Entries {
    write(`started ${idOf(call)}`);
    yield* requests;
    write(`done ${idOf(call)}`);
  };
  return { post: one, look: one, follow: many, list: many, import: counted, exchange: given };
}

function idOf(call: Call): number {
  return Number(call.metadata["id"]);
}

/** Resolves after `ms`; rejects as soon as `signal` aborts, and leaves no timer then. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.cancel();
      reject(signal.reason as Error);
    };
    const timer = clock.after(ms, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
  });
}
