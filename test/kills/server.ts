import { root } from "../support/sources.js";
import { Script } from "../faults/process.js";

/** In every so-manieth life the whole file is checked first. */
const CHECKED = 10;

/** A server whose clients publish by `place` to `quotes`; `run` says which of its lives it is. */
const program = (address: string, run: number, folder: string | undefined): string => `
  import { publicationOf } from "millrace";
  import { LmdbStore } from "millrace/lmdb";
  import { listen } from "millrace/node";
  import { Market } from ${JSON.stringify(`${root}/dist/schemas/gen/market.js`)};
  const store = ${folder ? `await LmdbStore.open(${JSON.stringify(folder)}, { check: ${run % CHECKED === 0} })` : "undefined"};
  const server = await listen({ tcp: ${JSON.stringify(address)} });
  const topic = server.topic(Market.quotes, { store, history: { events: 1_000_000, bytes: Infinity } });
  server.serve(Market, {
    lastQuote: () => ({}),
    history: () => [],
    async place({ symbol, quantity }, call) {
      const offset = await topic.publish({ symbol }, { price: quantity, time: ${run} }, publicationOf(call));
      return { orderId: BigInt(offset), fill: { quantity: ${run} } };
    },
  });
  console.log(server.urls[0]);`;

/** A server in a process of its own that is killed and started again, at the same address. */
export class KilledServer {
  url = "tcp://127.0.0.1:0";
  run = 0;
  private script: Script | undefined;

  /** @param folder where it keeps its events; in memory without. */
  constructor(private readonly folder: string | undefined) {}

  async start(): Promise<void> {
    this.script = new Script(program(this.url.slice("tcp://".length), ++this.run, this.folder));
    this.url = await this.script.line();
  }

  async kill(): Promise<void> {
    this.script?.process.kill("SIGKILL");
    await this.script?.exited;
  }
}
