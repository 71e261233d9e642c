import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasChromium } from "../../examples/support/chromium.js";
import { Echo } from "../../schemas/gen/echo.js";
import { Ledger } from "../../schemas/gen/ledger.js";
import type { Call } from "../../src/index.js";
import { createRuntime, listen, type Runtime, type Server } from "../../src/node/index.js";
import { Proxy } from "../cuts/proxy.js";
import { Script } from "../faults/process.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { Lab, type Realm } from "../support/lab.js";
import type { Held } from "./census.js";
import type { Faults } from "./faults-in-page.js";
import { acceptOnly, dribble, SilentServer, upgradeOnly } from "./silent-server.js";

declare const faults: Faults;

/** What is held where there is no link: the channel that all links of a page share. */
const NOTHING: Held = { timers: 0, sockets: 0, closing: 0, channels: 1, listeners: 0 };
const HANDSHAKE = { handshakeTimeoutMs: 300 };
const PINGS = { pingIntervalMs: 100, pingTimeoutMs: 1_000 };

/** A call that the server was asked for, to be answered by the test. */
interface Asked {
  readonly id: number;
  readonly call: Call;
  readonly answer: () => void;
}

function never({ signal }: Call): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
}

describe.skipIf(!hasChromium)("faults in Chromium", () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.open("test/browser/faults-in-page.ts");
  });

  afterAll(() => lab.close());

  for (const name of ["page", "worker"] as const) {
    describe(`in a ${name}`, () => {
      let realm: Realm;
      let runtime: Runtime;
      let server: Server;
      let proxy: Proxy;
      let silent: SilentServer | undefined;
      let child: Script | undefined;
      let asked: Asked[];
      /** How often each call of `Ledger` was run. */
      let runs: Record<number, number>;

      beforeEach(async () => {
        realm = lab[name];
        asked = [];
        runs = {};
        runtime = createRuntime();
        server = await listen({ ws: "127.0.0.1:0", origins: [lab.origin], runtime });
        serveEcho();
        serveLedger();
        proxy = await Proxy.open(server.urls[0]);
      });

      afterEach(async () => {
        await proxy.close();
        await server.close();
        await silent?.close();
        child?.process.kill("SIGKILL");
        await child?.exited;
        silent = child = undefined;
        await holds().toEqual(NOTHING);
        await eventually(() => runtime.slabs.leased).toBe(0);
      });

      function serveEcho(): void {
        server.serve(Echo, {
          ...handlers,
          unary: ({ id }, call) =>
            new Promise((resolve, reject) => {
              asked.push({ id, call, answer: () => resolve({ id }) });
              never(call).catch(reject);
            }),
          async *produce({ count }) {
            for (let id = 0; id < count; id++) yield { id };
          },
        });
      }

      /** Never answers what is run for the first time, but where it has the number 0. */
      function serveLedger(): void {
        const one = ({ id }: { id: number }, call: Call) => {
          runs[id] = (runs[id] ?? 0) + 1;
          return runs[id] === 1 && id !== 0 ? never(call) : Promise.resolve({ id });
        };
        async function* many(entry: { id: number }, call: Call) {
          yield await one(entry, call);
        }
        const unused = { import: () => ({}), exchange: () => [] };
        server.serve(Ledger, { post: one, look: one, follow: many, list: many, ...unused });
      }

      const connect = (url: string, options: Parameters<Faults["connect"]>[1] = {}): Promise<void> =>
        realm.evaluate(([to, given]) => faults.connect(to, given), [url, options] as const);
      const refusal = (url: string): Promise<string> =>
        realm.evaluate(([to, limits]) => faults.refusal(to, { limits }), [url, HANDSHAKE] as const);
      const unary = (id: number, timeoutMs: number, waitForReady = false): Promise<void> =>
        realm.evaluate(([of, ms, waits]) => faults.unary(of, ms, waits), [id, timeoutMs, waitForReady] as const);
      const setClock = (hours: number): Promise<void> => realm.evaluate((to) => faults.setClock(to), hours);
      const end = (how: "close" | "drain"): Promise<string> => realm.evaluate((what) => faults.end(what), how);
      const holds = () => expect.poll(() => realm.evaluate(() => faults.held()), { timeout: 10_000 });
      const states = () => expect.poll(() => realm.evaluate(() => faults.states()), { timeout: 10_000 });
      const ends = () => expect.poll(() => realm.evaluate(() => faults.ends()), { timeout: 10_000 });

      /** What is held as soon as no socket is open any more: no timer may have to run out first. */
      async function heldWhenClosed(): Promise<Held> {
        for (;;) {
          const held = await realm.evaluate(() => faults.held());
          if (held.sockets + held.closing === 0) return held;
        }
      }

      // Where a server does not heed its goodbye either, the browser waits for that by itself, for a minute.
      test.each([
        ["never opens the WebSocket", acceptOnly, 0],
        ["opens the WebSocket and says nothing", upgradeOnly, 0],
        ["says its HELLO a byte at a time", dribble, 1],
      ] as const)("a server that %s is given up at the handshake's deadline", async (_, manner, closing) => {
        silent = await SilentServer.open(manner);
        expect(await refusal(silent.url)).toBe("[deadline_exceeded] no HELLO within 300 ms");
        await holds().toEqual({ ...NOTHING, closing });
        await eventually(() => silent!.connections).toBe(closing);
      });

      test("a link whose server says nothing waits and tries again, and is there when it speaks", async () => {
        proxy.swallow();
        await connect(proxy.url, { waitForReady: true, limits: HANDSHAKE });
        await states().toEqual(["connecting", "waiting"]);
        proxy.heal();
        await states().toEqual(["connecting", "waiting", "connecting", "open"]);
        await end("close");
      });

      test("a network that swallows everything is found by the pings, and calls end truly", async () => {
        await connect(proxy.url, { limits: PINGS });
        await realm.evaluate(() => faults.ledger());
        await eventually(() => runs).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
        proxy.swallow();
        await states().toEqual(["open", "waiting"]);
        await ends().toEqual(["post: unavailable", "follow: unavailable"]);
        proxy.reset();
        proxy.heal();
        await ends().toEqual(["post: unavailable", "follow: unavailable", "look: 2", "list: over"]);
        expect(runs).toEqual({ 1: 1, 2: 2, 3: 1, 4: 2 });
        await end("close");
      });

      test("a server whose process is stopped is found within its ping's time, and is there again when it goes on", async () => {
        child = new Script(`
          import { listen } from "millrace/node";
          import { Echo } from "./dist/schemas/gen/echo.js";
          const server = await listen({ ws: "127.0.0.1:0", origins: ["${lab.origin}"] });
          const unary = (request) => (request.id === 1 ? new Promise(() => {}) : request);
          server.serve(Echo, { unary, produce: () => [], consume: () => ({}), both: () => [] });
          console.log(server.urls[0]);`);
        await connect(await child.line(), { limits: PINGS });
        await unary(1, 60_000);
        child.process.kill("SIGSTOP");
        await states().toEqual(["open", "waiting"]);
        await ends().toEqual(["unary 1: unavailable"]);
        child.process.kill("SIGCONT");
        await unary(2, 60_000, true);
        await ends().toEqual(["unary 1: unavailable", "unary 2: 2"]);
        await end("close");
      });

      test("of the calls that a cut connection had sent, only idempotent ones are made again", async () => {
        await connect(proxy.url);
        await realm.evaluate(() => faults.ledger());
        await eventually(() => runs).toEqual({ 1: 1, 2: 1, 3: 1, 4: 1 });
        proxy.reset();
        await ends().toEqual(["post: unavailable", "follow: unavailable", "look: 2", "list: over"]);
        expect(runs).toEqual({ 1: 1, 2: 2, 3: 1, 4: 2 });
        await end("close");
      });

      test("links whose server is gone come back, each after a wait of its own", async () => {
        await realm.evaluate((url) => faults.fleet(url, 20), proxy.url);
        const waits = (): Promise<readonly number[]> => realm.evaluate(() => faults.waits());
        await proxy.refuse();
        await expect.poll(waits, { timeout: 10_000 }).not.toHaveLength(0);
        await eventually(() => server.links.size).toBe(0);
        await expect.poll(async () => (await waits()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
        const all = (await waits()).slice(0, 20);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(800);
        expect(Math.max(...all)).toBeLessThanOrEqual(1_200);
        expect(new Set(all).size).toBe(20);
        await proxy.listen();
        expect(await realm.evaluate(() => faults.fleetIsBack())).toBe(20);
      });

      test.each([1, -1])(
        "a time of day that is set by %i hours ends no link, and no deadline early or late",
        async (hours) => {
          await connect(proxy.url, { limits: { pingIntervalMs: 50, pingTimeoutMs: 5_000 } });
          await proxy.refuse();
          await states().toEqual(["open", "waiting"]);
          await unary(1, 60_000, true);
          await unary(2, 4_000, true);
          await setClock(hours);
          await proxy.listen();
          await eventually(() => asked.length).toBe(2);
          const remaining = asked.map(({ call }) => call.remainingMs);
          expect(Math.min(...remaining)).toBeGreaterThan(0);
          expect(remaining[0]).toBeLessThanOrEqual(60_000);
          expect(remaining[1]).toBeLessThanOrEqual(4_000);
          const [link] = server.links;
          const { framesIn } = link.stats;
          await eventually(() => link.stats.framesIn).toBeGreaterThan(framesIn + 2);
          await ends().toEqual(["unary 2: deadline_exceeded"]);
          asked[0].answer();
          await ends().toEqual(["unary 2: deadline_exceeded", "unary 1: 1"]);
          await states().toEqual(["open", "waiting", "connecting", "open"]);
          await setClock(0);
          await end("close");
        },
      );

      test("a link that is closed with a stream of each kind open ends each of them, and leaves nothing", async () => {
        await connect(server.urls[0]);
        await realm.evaluate(() => faults.streams());
        expect(await end("close")).toBe("[unavailable] the link was closed");
        await ends().toHaveLength(4);
        const all = await realm.evaluate(() => faults.ends().toSorted());
        expect(all).toEqual([
          "both: unavailable",
          "consume: unavailable",
          "produce: unavailable",
          "unary 404: unavailable",
        ]);
        await holds().toEqual(NOTHING);
        await eventually(() => server.links.size).toBe(0);
      });

      test("a link that is drained lets its calls finish, makes no more, and leaves nothing", async () => {
        await connect(server.urls[0]);
        await unary(1, 60_000);
        await eventually(() => asked.length).toBe(1);
        const drained = end("drain");
        await states().toEqual(["open", "draining"]);
        await unary(2, 60_000);
        await ends().toEqual(["unary 2: unavailable"]);
        asked[0].answer();
        expect(await drained).toContain("[unavailable]");
        await ends().toEqual(["unary 2: unavailable", "unary 1: 1"]);
        expect(await heldWhenClosed()).toEqual(NOTHING);
        await eventually(() => server.links.size).toBe(0);
      });

      test("a link that is closed while it waits ends the calls that wait with it, and leaves nothing", async () => {
        await connect(proxy.url);
        await proxy.refuse();
        await states().toEqual(["open", "waiting"]);
        await unary(1, 60_000, true);
        await end("close");
        await ends().toEqual(["unary 1: unavailable"]);
        expect(await heldWhenClosed()).toEqual(NOTHING);
      });

      test("what a link holds is seen while there is one", async () => {
        await connect(server.urls[0]);
        await holds().toEqual({ timers: 1, sockets: 1, closing: 0, channels: 1, listeners: name === "page" ? 2 : 1 });
        await end("close");
      });
    });
  }
});
