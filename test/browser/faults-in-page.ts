import { type Held, held } from "./census.js";
import type { Link, MillraceError } from "millrace";
import { connect, type ConnectOptions, createRuntime } from "millrace/browser";
import { Echo, type EchoClient } from "../../schemas/gen/echo.js";
import { Ledger } from "../../schemas/gen/ledger.js";
import { VirtualClock } from "../../src/testing/clock.js";

/** The link that all steps of a test share, its changes, and the ends of the calls made over it. */
let link: Link;
let states: string[] = [];
let ends: string[] = [];
let fleet: Link[] = [];
let waits: number[] = [];
/** The page's own time of day. */
const { Date: RealDate } = globalThis;
/** The time of links that were told to stand still. */
const clock = new VirtualClock();

/** Notes how a call ends: with the id of its answer, or with its error. */
function note(name: string, call: Promise<{ readonly id?: number } | void>): void {
  call.then(
    (answer) => ends.push(`${name}: ${answer?.id ?? "over"}`),
    (error: MillraceError) => ends.push(`${name}: ${error.code}`),
  );
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _item of stream);
}

/** Requests that come for as long as they are asked for, one in a task. */
async function* endless(): AsyncGenerator<{ id: number }> {
  for (let id = 0; ; id++) {
    yield { id };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function echo(): EchoClient {
  return link.client(Echo);
}

/** What a test of faults may ask a page or a worker to do. */
const faults = {
  held: (): Held => held(),

  states: (): readonly string[] => states,

  ends: (): readonly string[] => ends,

  /** @param standsStill whether the link's time passes by `pass` only. */
  async connect(url: string, options: ConnectOptions, standsStill = false): Promise<void> {
    states = [];
    ends = [];
    link = await connect(url, standsStill ? { ...options, runtime: createRuntime({ clock }) } : options);
    states.push(link.state);
    link.onState((state) => states.push(state));
  },

  /** Why `connect` rejects. */
  refusal: (url: string, options: ConnectOptions): Promise<string> =>
    connect(url, options).then(
      () => "it connected",
      (error: MillraceError) => error.message,
    ),

  /** Makes many links. */
  async fleet(url: string, count: number): Promise<void> {
    waits = [];
    // Where many are made at once, Chromium lets each wait for up to five seconds.
    const limits = { handshakeTimeoutMs: 15_000 };
    fleet = await Promise.all(Array.from({ length: count }, () => connect(url, { limits })));
    for (const one of fleet) one.onState((_state, _reason, retryInMs) => retryInMs && waits.push(retryInMs));
  },

  /** For how long these links wait that have lost their connections. */
  waits: (): readonly number[] => waits,

  /** Makes a call over each of these links, and closes them; resolves with how many were answered. */
  async fleetIsBack(): Promise<number> {
    const back = fleet.map((one) => one.client(Ledger).post({ id: 0 }, { waitForReady: true }));
    const { length } = await Promise.all(back);
    await Promise.all(fleet.map((one) => one.close()));
    return length;
  },

  pass: (ms: number): void => clock.advance(ms),

  /** Makes a call of `Echo` that the server may leave unanswered. */
  unary(id: number, timeoutMs: number, waitForReady = false): void {
    note(`unary ${id}`, echo().unary({ id }, { timeoutMs, waitForReady }));
  },

  /** Makes a call of `Ledger` of each kind that differs in whether it may be made again. */
  ledger(): void {
    const ledger = link.client(Ledger);
    note("post", ledger.post({ id: 1 }));
    note("look", ledger.look({ id: 2 }));
    note("follow", read(ledger.follow({ id: 3, count: 1 })));
    note("list", read(ledger.list({ id: 4, count: 1 })));
  },

  /** Opens a stream of each kind; resolves when items go both ways. */
  async streams(): Promise<void> {
    const both = echo().both(endless());
    const produced = echo().produce({ count: 1e9 });
    await Promise.all([both.next(), produced.next()]);
    note("both", read(both));
    note("produce", read(produced));
    note("consume", echo().consume(endless()) as Promise<object>);
    note("unary 404", echo().unary({ id: 404 }));
  },

  /** Sets the page's time of day so many hours from the machine's. */
  setClock(hours: number): void {
    class SetDate extends RealDate {
      static override now(): number {
        return RealDate.now() + hours * 3_600_000;
      }

      constructor() {
        super(SetDate.now());
      }
    }
    Object.assign(globalThis, { Date: SetDate });
  },

  /** How the link ends that is closed or drained now. */
  async end(how: "close" | "drain"): Promise<string> {
    await link[how]();
    return (await link.closed).message;
  },
};

export type Faults = typeof faults;

Object.assign(globalThis, { faults });
