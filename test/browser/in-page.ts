import type { ClientInterceptor, Link, MillraceError } from "millrace";
import { connect, type ConnectOptions, createRuntime } from "millrace/browser";
import { Echo, type Payload, Payload as PayloadCodec } from "../../schemas/gen/echo.js";
import { openWebSocket, WebSocketTransport } from "../../src/browser/websocket.js";
import { checkLimits } from "../../src/link/limits.js";
import { Quota } from "../../src/link/quota.js";
import { Server } from "../../src/server/server.js";
import { cases } from "../contract/cases.js";
import { equal, fails, ok, until } from "../contract/check.js";

/** The link that scenarios share, from one step of a test to the next. */
let link: Link;
let reading: AsyncIterator<Payload>;
const states: string[] = [];
let pouring: Promise<void>;
let mostBuffered = 0;

/** The browser's own, watched. */
class WatchedSocket extends WebSocket {
  override send(data: Parameters<WebSocket["send"]>[0]): void {
    super.send(data);
    mostBuffered = Math.max(mostBuffered, this.bufferedAmount);
  }
}
Object.assign(globalThis, { WebSocket: WatchedSocket });

/** What a test may ask a page or a worker to do. */
const scenarios = {
  /** Keeps one promise of the contract, both ends in this browser, with a relay between them. */
  async contract(promise: string, relay: string): Promise<void> {
    const reports: string[] = [];
    const report = (error: unknown, doing: string): void => void reports.push(`${doing}: ${String(error)}`);
    // The server is here, too, and has topics.
    const runtime = createRuntime({ report, waitingEvents: new Quota(2 ** 27) });
    const server = new Server(runtime, checkLimits());
    const transport = new WebSocketTransport(relay, openWebSocket(relay), runtime);
    transport.attach(server.accept(transport));
    const own = await connect(relay, { runtime, reconnect: false });
    const leased = (): number => runtime.slabs.leased;
    try {
      await cases.find(({ name }) => name === promise)!.run({ server, link: own, reports, leased });
    } finally {
      await own.close();
      await server.close();
    }
    await until(() => leased() === 0 && server.links.size === 0);
    equal(runtime.slabs.lentBytes, 0);
  },

  /** Makes calls of all kinds to a server in Node.js, and sends it messages. */
  async calls(url: string): Promise<void> {
    const own = await connect(url);
    const echo = own.client(Echo);
    equal(await echo.unary({ id: 7, data: new Uint8Array(100_000) }), { id: 7, data: new Uint8Array(100_000) });
    const ids: number[] = [];
    for await (const { id } of echo.produce({ count: 1000, size: 10 })) ids.push(id);
    equal(ids.length, 1000);
    const payloads = Array.from({ length: 1000 }, (_, id) => ({ id }));
    equal((await echo.consume(payloads)).count, 1000);
    let both = 0;
    for await (const { id } of echo.both(payloads)) equal(id, both++);
    equal(both, 1000);
    const echoed = new Promise<number>((resolve) => own.on(PayloadCodec, ({ id }) => resolve(id)));
    own.send(PayloadCodec, { id: 5 });
    equal(await echoed, 5);
    await fails(echo.unary({ id: 404 }, { timeoutMs: 50 }), "deadline_exceeded");
    await fails(echo.unary({ id: 404 }, { signal: AbortSignal.timeout(50) }), "cancelled");
    await own.close();
    equal(own.state, "closed");
  },

  /** Makes a call through an interceptor. */
  async intercepted(url: string): Promise<string> {
    const seen: string[] = [];
    const note: ClientInterceptor = async function* (step, next) {
      seen.push(step.method.path);
      yield* next(step);
    };
    const own = await connect(url, { interceptors: [note] });
    equal((await own.client(Echo).unary({ id: 3 })).id, 3);
    await own.close();
    return seen.join();
  },

  async connect(url: string | string[], options: ConnectOptions): Promise<void> {
    link = await connect(url, options);
    states.length = 0;
    link.onState((state, reason) => states.push(reason ? `${state}: ${reason.text}` : state));
  },

  /** Why `connect` rejects. */
  async refusal(url: string): Promise<string> {
    const error: MillraceError = await connect(url).then(
      () => Promise.reject(new Error("it connected")),
      (reason: MillraceError) => reason,
    );
    return error.message;
  },

  /** Why the link closes. */
  async reasonOfEnd(): Promise<string> {
    return (await link.closed).message;
  },

  states: (): string[] => states,

  async echo(id: number): Promise<number> {
    return (await link.client(Echo).unary({ id })).id;
  },

  /** Reads the first item of a stream. */
  async readFirst(count: number, size: number): Promise<number> {
    reading = link.client(Echo).produce({ count, size });
    return (await reading.next()).value.id;
  },

  /** Reads what is left of it, and says how many items that were. */
  async readRest(): Promise<number> {
    for (let count = 0; ; count++) if ((await reading.next()).done) return count;
  },

  /** Starts to send so many bytes of messages, as fast as the link asks for them. */
  pour(messageBytes: number, bytes: number): void {
    const data = new Uint8Array(messageBytes);
    pouring = (async () => {
      for (let sent = 0; sent < bytes; sent += messageBytes) {
        if (!link.send(PayloadCodec, { data })) await link.drained();
      }
    })();
  },

  /** What the browser's socket held at most that was not sent. */
  mostBuffered: (): number => mostBuffered,

  poured: (): Promise<void> => pouring,

  /** Stays busy with calls for as long as the page is hidden, and says how many were answered. */
  async callsWhileHidden(): Promise<number> {
    ok(document.hidden, "the page is seen");
    let count = 0;
    for (; count < 200; count++) equal(await scenarios.echo(count), count);
    ok(document.hidden, "the page is seen again");
    return count;
  },

  close: (): Promise<void> => link.close(),
};

export type Scenarios = typeof scenarios;

Object.assign(globalThis, { scenarios });
