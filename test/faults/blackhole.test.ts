import net from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import type { Call, MillraceError } from "../../src/index.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";
import { dial } from "./raw.js";

const limits = { pingIntervalMs: 15_000, pingTimeoutMs: 10_000 };

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

/** A way to a server that can swallow all that is said, without either end being told. */
class Hole {
  private readonly sockets: net.Socket[] = [];
  private readonly server: net.Server;

  constructor(private readonly target: string) {
    this.server = net.createServer((near) => {
      const far = dial(target);
      this.sockets.push(near, far);
      for (const socket of [near, far]) socket.on("error", () => {});
      near.pipe(far).pipe(near);
    });
  }

  /** Where to connect instead. */
  async open(): Promise<string> {
    const isUnix = this.target.startsWith("unix:");
    const path = join(site.folder, "hole.sock");
    const where = isUnix ? { path } : { port: 0, host: "127.0.0.1" };
    await new Promise<void>((resolve) => this.server.listen(where, resolve));
    if (isUnix) return `unix://${path}`;
    const url = new URL(this.target);
    return `${url.protocol}//127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  swallow(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

for (const protocol of PROTOCOLS) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("a network that swallows everything is found by both ends within an interval and a time limit of their heartbeats", async () => {
      const clock = new VirtualClock();
      const runtime = createRuntime({ clock });
      const server = await listen({ ...site.at(protocol), runtime, limits });
      const aborts: string[] = [];
      const stuck = (_request: unknown, { signal }: Call): Promise<never> =>
        new Promise(() => signal.addEventListener("abort", () => aborts.push((signal.reason as MillraceError).code)));
      server.serve(Echo, {
        ...handlers,
        unary: (request, call) => (request.id === 1 ? stuck(request, call) : request),
      });
      const hole = new Hole(server.urls[0]);
      const link = await connect(await hole.open(), { ...site.trust(protocol), runtime, limits });
      const echo = link.client(Echo);
      const ends: string[] = [];
      void echo.unary({ id: 1 }).catch((error: unknown) => ends.push(String(error)));
      await echo.unary({ id: 2 });
      hole.swallow();
      clock.advance(limits.pingIntervalMs + limits.pingTimeoutMs);
      expect([link.state, server.links.size]).toEqual(["open", 1]);
      clock.advance(1);
      expect(link.state).toBe("waiting");
      await eventually(() => [ends.length, aborts, server.links.size]).toEqual([1, ["unavailable"], 0]);
      expect(ends[0]).toContain("[unavailable] the peer did not answer a ping within 10000 ms");
      await link.close();
      await eventually(() => [clock.timers, runtime.slabs.leased]).toEqual([0, 0]);
      hole.close();
      await server.close();
    });
  });
}
