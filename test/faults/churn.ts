import type { Link } from "../../src/index.js";
import { connect, type ConnectOptions, createRuntime, listen, type ListenOptions } from "../../src/node/index.js";
import type { Server } from "../../src/node/index.js";
import { until } from "../contract/check.js";
import { collected, openFiles } from "../support/gauges.js";

/** What a process holds when its links are closed and its garbage is collected. */
export interface Holding {
  /** Bytes of the heap, and of buffers outside of it. */
  readonly bytes: number;
  /** Open files, sockets among them. */
  readonly files: number;
  /** Slabs on lease. */
  readonly slabs: number;
}

/** Who closes a link: the client, the server, or both at once. */
const ENDINGS: ((server: Server, links: readonly Link[]) => readonly Link[])[] = [
  (_server, links) => links,
  (server) => [...server.links],
  (server, links) => [...links, ...server.links],
];

/** How many links there are at a time. */
const AT_ONCE = 20;

/**
 * Makes 20 links at once and closes them, `rounds` times; tells what is held after the first third, when all is warm, and
 * at the end. Rejects when a link stays behind.
 */
export async function comeAndGo(at: ListenOptions, trust: ConnectOptions, rounds: number): Promise<Holding[]> {
  const runtime = createRuntime();
  const server = await listen({ ...at, runtime });
  const join = (): Promise<Link> => connect(server.urls[0], { ...trust, runtime, reconnect: false });
  const holdings: Holding[] = [];
  for (let round = 1; round <= rounds; round++) {
    const links = await Promise.all(Array.from({ length: AT_ONCE }, join));
    await Promise.all(ENDINGS[round % 3](server, links).map((link) => link.close()));
    await Promise.all(links.map(({ closed }) => closed));
    await until(() => server.links.size === 0);
    if (round !== Math.ceil(rounds / 3) && round !== rounds) continue;
    const { heapUsed, external } = await collected();
    holdings.push({ bytes: heapUsed + external, files: openFiles(), slabs: runtime.slabs.leased });
  }
  await server.close();
  return holdings;
}
