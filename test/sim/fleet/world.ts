import { Entry, Ledger, type LedgerClient } from "../../../schemas/gen/ledger.js";
import { Balance } from "../../../src/client/balance.js";
import { establish } from "../../../src/client/connect.js";
import type { DurableLink } from "../../../src/client/durable-link.js";
import { type Link, MillraceError } from "../../../src/index.js";
import { checkLimits } from "../../../src/link/limits.js";
import { Network } from "../../../src/testing/index.js";
import { MadeCall } from "../../ledger/call.js";
import type { ClientPlan, ClientStep, FleetPlan } from "./plan.js";
import { FleetServer } from "./server.js";

/** One client of a day. */
export interface FleetClient {
  readonly plan: ClientPlan;
  /** Resolves with its link, or with `undefined` when it found nobody. */
  readonly ready: Promise<Link | undefined>;
  /** Known once there is a link. */
  link: Link | undefined;
  /** Made once, for all its connections. */
  ledger: LedgerClient | undefined;
  /** How long it said it would wait before its next attempt. */
  readonly waitsMs: number[];
  /** Whether a step closed it or let it drain. */
  hasEnded: boolean;
}

/** What happens on a day of clients that reconnect, and what is noticed. */
export class FleetWorld {
  readonly net: Network;
  readonly servers: readonly FleetServer[];
  readonly clients: readonly FleetClient[];
  /** What went wrong: what kind of thing, and what it was. */
  readonly failures: string[] = [];
  /** The calls that were made, by their steps. */
  readonly calls = new Map<number, MadeCall>();
  /** What is under way and must come to an end. */
  readonly pending = new Set<string>();
  /** When each client tried to reach each server, and whether somebody was there. */
  readonly attempts = new Map<string, number[]>();
  private readonly made = new Map<number, Link>();
  private readonly lines = new Map<string, number>();

  constructor(readonly plan: FleetPlan) {
    this.net = new Network(plan);
    const write = (line: string): void => void this.lines.set(line, this.count(line) + 1);
    const limits = plan.maxStreams === undefined ? {} : { maxStreams: plan.maxStreams };
    this.servers = Array.from({ length: plan.servers }, () => new FleetServer(this.net, limits, write));
    this.clients = plan.clients.map((client, index) => this.connect(client, index));
  }

  get now(): number {
    return this.net.clock.now();
  }

  /** How often servers wrote this. */
  count(line: string): number {
    return this.lines.get(line) ?? 0;
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

  async call(index: number, step: ClientStep): Promise<void> {
    const client = this.clients[step.client];
    await client.ready;
    if (!client.ledger || !client.link) return;
    if (step.do === "message") return this.send(index, client.link);
    if (step.do === "end") return this.end(client, step);
    const call = new MadeCall(index, step, this.net.clock);
    this.calls.set(index, call);
    await call.make(client.ledger);
    this.note(`${index} ${call.ends.join()}`);
  }

  /** Closes a client's link or lets it drain; no call of its may go on after that. */
  private async end(client: FleetClient, { client: index, how }: ClientStep & { readonly do: "end" }): Promise<void> {
    client.hasEnded = true;
    await client.link?.[how]();
    await new Promise<void>((resolve) => this.net.clock.after(1, resolve));
    for (const [step, { ends }] of this.calls) {
      const isOfThis = (this.plan.steps[step] as ClientStep).client === index;
      if (isOfThis && ends.length === 0) this.fail("end", `call ${step} goes on although its link is closed`);
    }
  }

  private send(index: number, link: Link): void {
    try {
      link.send(Entry, { id: index });
    } catch (error) {
      const isTrue = error instanceof MillraceError && error.code === "unavailable";
      if (!isTrue) this.fail("end", `message ${index} was refused with ${String(error)}`);
    }
  }

  /** Checks, before a client makes one more connection, that it may. */
  private countLinks(index: number): void {
    const { servers, pool } = this.plan.clients[index];
    const { maxLinks = servers.length } = pool ?? {};
    const link = this.made.get(index);
    const links = link ? openLinks(link) : 0;
    if (links >= maxLinks)
      this.fail("pool", `a client has ${links} connections, ${maxLinks} are allowed, and makes another`);
  }

  private connect(plan: ClientPlan, index: number): FleetClient {
    const urls = plan.servers.map((server) => `memory://${server}`);
    const { waitForReady, limits, pool } = plan;
    const made = establish(
      urls,
      (url, start) => {
        const server = Number(url.slice("memory://".length));
        const key = `${index} to ${server}`;
        this.attempts.set(key, [...(this.attempts.get(key) ?? []), this.now]);
        this.countLinks(index);
        this.servers[server].connect(plan, start);
      },
      this.net.runtime,
      checkLimits(limits),
      { waitForReady, ...pool },
      { balance: Balance },
    );
    const ready = made.then(
      (link) => {
        client.link = link;
        this.made.set(index, link);
        client.ledger = link.client(Ledger);
        if (urls.length === 1) link.onState((_state, _reason, retryInMs) => client.waitsMs.push(retryInMs ?? 0));
        return link;
      },
      () => undefined,
    );
    const client: FleetClient = { plan, ready, link: undefined, ledger: undefined, waitsMs: [], hasEnded: false };
    return client;
  }
}

/** How many connections a client has that take calls, or will. */
export function openLinks(link: Link): number {
  const states = [...(link as DurableLink).links].map(({ state }) => state);
  return states.filter((state) => state === "connecting" || state === "open").length;
}
