import net from "node:net";
import { UPGRADE } from "../support/upgrade.js";
import { Echo } from "../../schemas/gen/echo.js";
import { connect } from "../../src/node/index.js";
import { join } from "../support/wire.js";
import type { Watched } from "../support/watched.js";
import type { Breeder, Mutant } from "./mutant.js";

const AT_ONCE = 16;
/** After so many mutants the server has reached its usual size. */
const WARM_AFTER = 500;
/** A connection whose client has ended must be closed by then. */
const CLOSE_MS = 10_000;
const MOST_BLOCKED_MS = 100;
const MOST_HEAP_GROWTH_BYTES = 8 * 1024 * 1024;
const MOST_RSS_GROWTH_BYTES = 64 * 1024 * 1024;

/**
 * Says mutants to a live server over TCP and WebSocket, and stops it; returns a line for each thing that must not be.
 */
export async function playLive(server: Watched, breeder: Pick<Breeder, "mutant">, count: number): Promise<string[]> {
  try {
    const { files } = await server.gauges();
    const faults = await sayAll(server, breeder, 0, Math.min(WARM_AFTER, count));
    const warm = await server.settled(files);
    faults.push(...(await sayAll(server, breeder, WARM_AFTER, count)));
    const end = await server.settled(files);
    if (end.blockedMs > MOST_BLOCKED_MS) faults.push(`the server did nothing else for ${Math.round(end.blockedMs)} ms`);
    if (end.heapBytes - warm.heapBytes > MOST_HEAP_GROWTH_BYTES)
      faults.push(grew("heap", warm.heapBytes, end.heapBytes));
    if (end.rssBytes - warm.rssBytes > MOST_RSS_GROWTH_BYTES) faults.push(grew("process", warm.rssBytes, end.rssBytes));
    for (const [what, left] of Object.entries({ links: end.links, slabs: end.slabs, files: end.files - files })) {
      if (left > 0) faults.push(`${left} ${what} of the server were left`);
    }
    for (const url of server.urls) await greet(url);
    return faults;
  } catch (error) {
    return [`the server was no more: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await server.stop();
  }
}

function grew(what: string, before: number, after: number): string {
  return `the server's ${what} grew from ${before} to ${after} bytes`;
}

/** Says the mutants from `from` on that are meant for servers. */
async function sayAll(server: Watched, breeder: Pick<Breeder, "mutant">, from: number, to: number): Promise<string[]> {
  const faults: string[] = [];
  let next = from;
  const sayOneByOne = async (): Promise<void> => {
    while (next < to && server.death === undefined) {
      const number = next++;
      const mutant = breeder.mutant(number, "server");
      if (!(await say(server.urls[number % 2], mutant))) faults.push(`mutant ${number}: its connection was left open`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sayOneByOne));
  if (server.death !== undefined) faults.push(`${server.death} at one of the ${AT_ONCE} mutants before ${next}`);
  return faults;
}

/** Whether the server has closed the connection after the mutant. */
async function say(url: string, { pieces }: Mutant): Promise<boolean> {
  const { port, protocol } = new URL(url);
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  if (protocol === "ws:") socket.write(UPGRADE);
  for (const { bytes, isTurn } of pieces) {
    if (isTurn) await new Promise((resolve) => setImmediate(resolve));
    if (!socket.destroyed) socket.write(protocol === "ws:" ? binaryMessage(bytes) : bytes);
  }
  socket.end();
  let timer: NodeJS.Timeout;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
  await Promise.race([closed, late]);
  clearTimeout(timer!);
  const isClosed = socket.closed;
  socket.destroy();
  return isClosed;
}

/** A binary message of a WebSocket's client; masked, as it must be, with zeros. */
function binaryMessage(bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(14));
  head.setUint8(0, 0x82);
  head.setUint8(1, 0x80 | 127);
  head.setBigUint64(2, BigInt(bytes.length));
  return join(new Uint8Array(head.buffer), bytes);
}

/** An ordinary client is served as ever. */
async function greet(url: string): Promise<void> {
  const link = await connect(url);
  await link.client(Echo).unary({ id: 1 });
  await link.close();
}
