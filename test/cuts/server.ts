import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Entry, Ledger } from "../../schemas/gen/ledger.js";
import type { Call, Stream } from "../../src/index.js";
import { createRuntime, listen, type ListenOptions, type Server } from "../../src/node/index.js";
import { MillraceError } from "../../src/index.js";
import type { Left, Order } from "./server-process.js";

// A server in a process of its own, to be killed. What it runs it writes to a file, which outlives it.
const [path, options] = process.argv.slice(2);
const file = openSync(path, "a");
const runtime = createRuntime({ report: () => {} });
const server = await listening({ ...(JSON.parse(options) as ListenOptions), runtime });

/** Listens, also where the process that was there before is only about to be gone. */
async function listening(at: ListenOptions): Promise<Server> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await listen(at);
    } catch (error) {
      if (attempts === 100 || !(error instanceof MillraceError) || error.code !== "unavailable") throw error;
      await sleep(20);
    }
  }
}

/** Writes down that a call was started, and that its handler came to its end. */
async function* ledgered(
  id: number,
  { signal }: Call,
  work: AsyncIterable<Partial<Entry>>,
): AsyncGenerator<Partial<Entry>> {
  writeSync(file, `started ${id}\n`);
  try {
    yield* work;
    writeSync(file, `done ${id}\n`);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}

async function one(entry: Entry, call: Call): Promise<Partial<Entry>> {
  const answer = { ...entry, note: entry.note.slice() };
  async function* work(): AsyncGenerator<Partial<Entry>> {
    await sleep(entry.workMs, undefined, { signal: call.signal });
    yield answer;
  }
  for await (const _item of ledgered(entry.id, call, work()));
  return answer;
}

function many({ id, count, workMs }: Entry, call: Call): AsyncGenerator<Partial<Entry>> {
  async function* work(): AsyncGenerator<Partial<Entry>> {
    for (let at = 1; at <= count; at++) {
      await sleep(workMs, undefined, { signal: call.signal });
      yield { id, count: at };
    }
  }
  return ledgered(id, call, work());
}

function idOf(call: Call): number {
  return Number(call.metadata["id"]);
}

async function counted(requests: Stream<Entry>, call: Call): Promise<Partial<Entry>> {
  const id = idOf(call);
  let count = 0;
  async function* work(): AsyncGenerator<Partial<Entry>> {
    for await (const _entry of requests) count++;
  }
  for await (const _item of ledgered(id, call, work()));
  return { id, count };
}

server.serve(Ledger, {
  post: one,
  look: one,
  follow: many,
  list: many,
  import: counted,
  exchange: (requests, call) => ledgered(idOf(call), call, requests),
});
server.on(Entry, ({ id }) => void writeSync(file, `message ${id}\n`));

/** Ends all that was begun, says what is left, and lets go of the parent: nothing keeps this process alive then. */
async function finish(): Promise<void> {
  await server.close();
  const resources = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Immediate/.test(name));
  const left: Left = { slabs: runtime.slabs.leased, links: server.links.size, resources };
  process.send!(left, () => process.disconnect());
}

process.on("message", (order: Order) => {
  if (order === "finish") void finish();
  else void server.drain(order.drain).then(finish);
});
process.send!(server.urls);
