import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Entry } from "../../schemas/gen/ledger.js";
import { MillraceError } from "../../src/index.js";
import { MadeCall } from "../ledger/call.js";
import { IDEMPOTENT } from "../ledger/call-plan.js";
import { checkCycle, checkEnd } from "./check.js";
import { Client, PATIENCE_MS, ROUTES } from "./client.js";
import { comesTrue, sleep } from "../support/clock-at.js";
import { fastClock } from "./fast-clock.js";
import { LedgerFile } from "./ledger.js";
import { type CyclePlan, type FaultPlan, type Load, planOf } from "./plan.js";
import { bundleServer } from "./server-process.js";
import { ServerSide } from "./server-side.js";

const SERVERS = 3;
/** After so many cycles all clients are closed and others connect. */
const CYCLES_A_LIFE = 10;

/** Servers, proxies and clients, and what was seen of them. */
export class Run {
  readonly sides: readonly ServerSide[];
  readonly ledger: LedgerFile;
  /** What went wrong. */
  readonly failures: string[] = [];
  /** How many calls ended in which way. */
  readonly ends = new Map<string, number>();
  calls: readonly MadeCall[] = [];
  /** Messages that were accepted in this cycle. */
  sent: number[] = [];
  clients: readonly Client[] = [];
  /** Calls of the whole run that may be run more than once. */
  readonly again = new Set<number>();
  private readonly folder = mkdtempSync(join(tmpdir(), "millrace-cuts-"));
  private nextId = 1;

  constructor() {
    const program = bundleServer(this.folder);
    this.ledger = new LedgerFile(join(this.folder, "ledger"));
    this.sides = Array.from(
      { length: SERVERS },
      (_, index) => new ServerSide(index, this.folder, program, this.ledger.path),
    );
  }

  async open(): Promise<void> {
    await Promise.all(this.sides.map((side) => side.open()));
  }

  /** Lives through the cycles of these seeds; stops at the first in which something goes wrong. Returns its seed. */
  async cycles(first: number, count: number, progress: (seed: number) => void): Promise<number | undefined> {
    for (let seed = first; seed < first + count; seed++) {
      progress(seed);
      if ((seed - first) % CYCLES_A_LIFE === 0) await this.renewClients();
      await this.cycle(planOf(seed, ROUTES.length, SERVERS));
      if (this.failures.length > 0) return seed;
    }
    return undefined;
  }

  /** Closes everything, and checks that nothing is left. */
  async close(): Promise<void> {
    await this.closeClients();
    await Promise.all(this.sides.map((side) => side.close()));
    checkEnd(this);
    rmSync(this.folder, { recursive: true });
  }

  fail(text: string): void {
    this.failures.push(text);
  }

  private async cycle(plan: CyclePlan): Promise<void> {
    this.calls = [];
    this.sent = [];
    const work = [...plan.calls.map((call) => this.make(call)), ...plan.faults.map((fault) => this.strike(fault))];
    await this.allOf(work);
    await this.checkRecovery();
    checkCycle(this, plan);
    for (const { ends } of this.calls) this.ends.set(ends[0], (this.ends.get(ends[0]) ?? 0) + 1);
  }

  private async make(plan: Load): Promise<void> {
    const id = this.nextId++;
    await sleep(fastClock, plan.atMs);
    if (plan.do === "message") return this.send(id, plan.client);
    if (IDEMPOTENT.has(plan.do)) this.again.add(id);
    const call = new MadeCall(id, plan, fastClock);
    this.calls = [...this.calls, call];
    await call.make(this.clients[plan.client].ledger);
  }

  private send(id: number, client: number): void {
    try {
      this.clients[client].link.send(Entry, { id });
      this.sent.push(id);
    } catch (error) {
      const isTrue = error instanceof MillraceError && error.code === "unavailable";
      if (!isTrue) this.fail(`message ${id} was refused with ${String(error)}`);
    }
  }

  private async strike({ do: fault, atMs, server, lastsMs }: FaultPlan): Promise<void> {
    await sleep(fastClock, atMs);
    await this.sides[server].strike(fault);
    await sleep(fastClock, lastsMs);
    await this.sides[server].heal();
  }

  private async checkRecovery(): Promise<void> {
    const recoveries = await Promise.all(this.clients.map((client) => client.recovers()));
    for (const [index, recovers] of recoveries.entries()) {
      if (!recovers) this.fail(`client ${index} is ${this.clients[index].link.state}, and nothing is wrong`);
    }
  }

  private async renewClients(): Promise<void> {
    await this.closeClients();
    this.clients = await Promise.all(ROUTES.map((routes) => Client.connect(routes, this.sides)));
  }

  private async closeClients(): Promise<void> {
    for (const client of this.clients) for (const complaint of await client.close()) this.fail(complaint);
    this.clients = [];
  }

  /** Waits until all of `work` is done, but not for ever. */
  private async allOf(work: readonly Promise<void>[]): Promise<void> {
    let left = work.length;
    const done = (): void => void left--;
    for (const one of work) one.catch((error: Error) => this.fail(error.message)).finally(done);
    if (!(await comesTrue(fastClock, () => left === 0, PATIENCE_MS)))
      this.fail(`${left} calls and faults came to no end`);
  }
}
