import type { Call, Link } from "../../src/index.js";
import type { DurableLink } from "../../src/client/durable-link.js";
import { RpcLink } from "../../src/rpc/rpc-link.js";
import { CallRecorder, Network, type Server } from "../../src/testing/index.js";
import type { Wire } from "../../src/testing/wire.js";
import type { CallStep, Plan, Side } from "./plan.js";

/** How a call ended for its caller: a code, `ok`, `left` for a stream that was left, or `no link`. */
export type End = string;

/** One link of a day. */
export class WorldLink {
  client: RpcLink | undefined;
  /** What handlers of messages are given at the client. */
  front: Link | undefined;
  /** Resolves when the handshake is done or has failed. */
  readonly ready: Promise<void>;
  /** One-way messages that were accepted and not received yet, by the side that sent them. */
  readonly underWay: { readonly [side in Side]: number[] } = { client: [], server: [] };

  constructor(
    readonly index: number,
    readonly wire: Wire,
    readonly server: RpcLink,
    link: Promise<Link>,
  ) {
    this.ready = link.then(
      (made) => {
        this.front = made;
        [this.client] = (made as DurableLink).links;
      },
      () => {},
    );
  }

  /** Whether something, if only a PING, waits for the wire. */
  get isSending(): boolean {
    return [this.client, this.server].some((end) => end && end.connection.sender.unsentBytes > 0);
  }

  /** The link as `side` has it; `undefined` when its handshake failed. */
  of(side: Side): RpcLink | undefined {
    return this.client && (side === "client" ? this.client : this.server);
  }
}

/** What happens on a day, and what is noticed. */
export class World {
  readonly net: Network;
  readonly server: Server;
  readonly links: WorldLink[];
  /** What went wrong: what kind of thing, and what it was. */
  readonly failures: string[] = [];
  readonly ends = new Map<number, End>();
  /** How often the handler of a step was run, and how often it gave its whole answer. */
  readonly runs = new Map<number, number>();
  readonly answered = new Set<number>();
  /** What is under way and must come to an end. */
  readonly pending = new Set<string>();
  /** What callers own: looked at once more at the end of the day. */
  readonly kept: (() => boolean)[] = [];

  /** Whether the server's calls pass interceptors. */
  readonly isRecorded: boolean;

  constructor(readonly plan: Plan) {
    this.net = new Network(plan);
    const recorder = new CallRecorder(this.net.clock);
    this.isRecorded = plan.links[0].isRecorded;
    const { isRecorded } = this;
    this.server = this.net.listen({
      limits: plan.serverLimits,
      ...(isRecorded && { interceptors: [recorder.server] }),
    });
    this.links = plan.links.map((link, index) => {
      const { link: made, wire } = this.net.dial(this.server, {
        ...link,
        reconnect: false,
        ...(link.isRecorded && { interceptors: [recorder.client] }),
      });
      return new WorldLink(index, wire, [...this.server.handshaking].at(-1) as RpcLink, made);
    });
  }

  get now(): number {
    return this.net.clock.now();
  }

  /** Whether bits are changed on a link, so that nothing can be said about what arrives. */
  isCorrupt(link: number): boolean {
    const { faults, faultsToClient } = this.plan.links[link];
    return (faults.corruption ?? 0) > 0 || (faultsToClient.corruption ?? 0) > 0;
  }

  /** Makes `text` part of what a replay must repeat. */
  note(text: string): void {
    this.net.digest.number(this.now * 1000);
    this.net.digest.text(text);
  }

  fail(kind: string, text: string): void {
    this.note(kind);
    this.failures.push(`${kind}: ${text}`);
  }

  sleep(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    return new Promise((resolve) => this.net.clock.after(ms, resolve));
  }

  /** Lets `work` be one of what must come to an end; it must not reject. */
  track(label: string, work: Promise<unknown>): void {
    this.pending.add(label);
    work.then(
      () => this.pending.delete(label),
      (error: unknown) => {
        this.pending.delete(label);
        this.fail("threw", `${label}: ${String(error)}`);
      },
    );
  }

  /** The step that a call is of, as its metadata says; `undefined` when that was changed on its way. */
  stepOf(call: Call): { index: number; step: CallStep } | undefined {
    const index = Number(call.metadata["step"]);
    const step = this.plan.steps[index];
    return step?.do === "call" ? { index, step } : undefined;
  }

  linkOf(link: Link): WorldLink {
    return this.links.find(({ front, server }) => front === link || server === link)!;
  }
}
