import { once } from "node:events";
import net from "node:net";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, createRuntime } from "../../src/node/index.js";
import { collected, openFiles } from "../support/gauges.js";
import { Watched } from "../support/watched.js";
import { hello } from "../support/wire.js";
import { must, type Part } from "./part.js";
import { type Sample, slope } from "./slope.js";

const LINKS = 1_000_000;
const AT_ONCE = 32;
const SAMPLES = 20;
/** The first samples are of a process that still grows to its usual size. */
const WARM_SAMPLES = 5;
/** Less than any object takes that could stay behind with each link, more than what collecting garbage leaves to chance. */
const MOST_BYTES_PER_LINK = 16;

/** Connects and disconnects, in turn with a goodbye, after a call, and by a reset; nothing may stay behind at either end. */
export const churn: Part = {
  name: "churn",
  about: "1,000,000 connects and disconnects over TCP",
  async run(scale) {
    const count = Math.ceil(LINKS * scale);
    const server = await Watched.start();
    const runtime = createRuntime();
    const before = { client: openFiles(), server: (await server.gauges()).files };
    const start = performance.now();
    const samples = { client: [] as Sample[], server: [] as Sample[] };
    for (let taken = 1; taken <= SAMPLES; taken++) {
      const made = Math.ceil((count * (taken - 1)) / SAMPLES);
      const next = Math.ceil((count * taken) / SAMPLES);
      await comeAndGo(server.urls[0], runtime, made, next);
      samples.server.push({ count: next, bytes: (await server.settled(before.server)).heapBytes });
      samples.client.push({ count: next, bytes: (await collected()).heapUsed });
    }
    const seconds = (performance.now() - start) / 1000;
    const left = await server.settled(before.server);
    const slopes = [samples.client, samples.server].map((all) => slope(all.slice(WARM_SAMPLES)));
    await server.stop();
    for (const one of slopes) must(one < MOST_BYTES_PER_LINK, `the heap grows by ${one.toFixed(2)} bytes a link`);
    must(left.files <= before.server, `the server has ${left.files} files open, ${before.server} before`);
    must(left.links === 0 && left.slabs === 0, `the server is left with ${left.links} links and ${left.slabs} slabs`);
    must(runtime.slabs.leased === 0, `${runtime.slabs.leased} slabs of the client are on lease`);
    must(openFiles() <= before.client, `the client has ${openFiles()} files open, ${before.client} before`);
    const [client, far] = slopes.map((one) => one.toFixed(2));
    return `${count} links in ${Math.round(seconds)} s; the heap grows by ${client} bytes a link here and ${far} at the server, no file and no slab is left`;
  },
};

/** Makes the links from `from` to below `to`, and leaves them. */
async function comeAndGo(url: string, runtime: ReturnType<typeof createRuntime>, from: number, to: number) {
  const ways = [leave, callAndLeave, breakOff];
  let next = from;
  const oneByOne = async (): Promise<void> => {
    while (next < to) await ways[next++ % ways.length](url, runtime);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, oneByOne));
}

async function leave(url: string, runtime: ReturnType<typeof createRuntime>): Promise<void> {
  const link = await connect(url, { runtime });
  await link.close();
}

async function callAndLeave(url: string, runtime: ReturnType<typeof createRuntime>): Promise<void> {
  const link = await connect(url, { runtime });
  await link.client(Echo).unary({ id: 1 });
  await link.close();
}

/** Resets the connection when the server has said its HELLO. */
async function breakOff(url: string): Promise<void> {
  const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(hello());
  await once(socket, "data");
  socket.resetAndDestroy();
  await once(socket, "close");
}
