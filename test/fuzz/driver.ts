import { Slab, SlabPool } from "../../src/bytes/slab.js";
import { describe } from "../../src/link/report.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { settle } from "../support/rig.js";
import { join } from "../support/wire.js";
import type { Mutant } from "./mutant.js";
import { Script } from "./script.js";
import { faultsOf, isOurFault } from "./speech.js";
import { start, type Subject } from "./subject.js";

/** So much time of the processor may one mutant take; with less, other links are not held up noticeably. */
const MOST_MS = 100;
/** So much may a link of the sessions' limits hold on lease: what waits each way, and a slab for each of its calls. */
const MOST_LEASED_BYTES = 16 * 1024 * 1024;
const READ_SLAB_BYTES = 64 * 1024;

/** Plays mutants against fresh links on virtual time, one at a time, and says what is wrong with what these did. */
export class Driver {
  /** The most that was on lease at once. */
  mostLeasedBytes = 0;
  /** All that the link under test said in the last mutant. */
  said: Uint8Array = new Uint8Array(0);
  private slabs = new SlabPool();
  private readonly readSlab = new Slab(READ_SLAB_BYTES);
  private faults: string[] = [];
  private readonly onRejection = (reason: unknown): void => this.fault("nobody handled a rejection", reason);

  constructor() {
    process.on("unhandledRejection", this.onRejection);
  }

  /** Stops listening for rejections. */
  close(): void {
    process.off("unhandledRejection", this.onRejection);
  }

  /** Plays a mutant; returns a line for each thing that must not be, none when all is well. */
  async drive(mutant: Mutant): Promise<readonly string[]> {
    const began = performance.now();
    await this.play(mutant);
    if (performance.now() - began < MOST_MS) return this.faults;
    // Once more, to see how much of it was the machine's being busy; it takes long to ask, so not each time.
    const before = process.cpuUsage();
    await this.play(mutant);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    return ms < MOST_MS ? this.faults : [...this.faults, `it took ${Math.round(ms)} ms of the processor's time`];
  }

  private async play(mutant: Mutant): Promise<void> {
    this.faults = [];
    const { clock, script, subject } = this.begin(mutant);
    const { pieces, ending } = mutant;
    for (const [index, { bytes, passMs, isTurn }] of pieces.entries()) {
      if (isTurn) await settle();
      if (index === ending?.before) this.guard(() => subject.link.connection[ending.by]());
      this.guard(() => clock.advance(passMs));
      this.guard(() => script.say(bytes));
      this.mostLeasedBytes = Math.max(this.mostLeasedBytes, this.slabs.leasedBytes);
      if (this.slabs.leasedBytes > MOST_LEASED_BYTES) this.faults.push(`${this.slabs.leasedBytes} bytes were on lease`);
    }
    await settle();
    this.guard(() => clock.advance(mutant.lingerMs));
    await settle();
    this.guard(() => script.break());
    await settle();
    await this.inspect(subject, clock, script);
  }

  private begin({ subject, session, readsWindow, peerReads, isDebugging }: Mutant) {
    const { slabs, readSlab } = this;
    const clock = new VirtualClock();
    const script = new Script(readsWindow ? readSlab.bytes : undefined, peerReads, (step) => this.guard(step));
    const schedule = (flush: () => void): void => queueMicrotask(() => this.guard(flush));
    const report = (error: unknown, doing: string): void => {
      if (isOurFault(error)) this.fault(`${doing} failed`, error);
    };
    const runtime = { clock, slabs, readSlab, isDebugging, schedule, report };
    return { clock, script, subject: start(subject, session, runtime, script) };
  }

  /** After the end nothing is left, and what was said until then was right. */
  private async inspect({ link, server, play }: Subject, clock: VirtualClock, script: Script): Promise<void> {
    const { streams, sender } = link.connection;
    const left = {
      slabs: this.slabs.leased,
      timers: clock.timers,
      streams: streams.count,
      "unsent bytes": sender.unsentBytes,
      links: server.links.size,
    };
    for (const [what, count] of Object.entries(left)) if (count !== 0) this.faults.push(`${count} ${what} were left`);
    if (link.state !== "closed") this.faults.push(`the link was left ${link.state}`);
    const thrown = await Promise.race([play, settle().then(() => UNSETTLED)]);
    if (thrown === UNSETTLED) this.faults.push("a call was left hanging");
    else if (thrown !== undefined && isOurFault(thrown)) this.fault("its caller was told", thrown);
    this.said = join(...script.heard);
    this.faults.push(...faultsOf(this.said));
    if (this.slabs.leased !== 0) this.slabs = new SlabPool();
  }

  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fault("it threw", error);
    }
  }

  private fault(what: string, error: unknown): void {
    this.faults.push(`${what}: ${describe(error)}`);
  }
}

const UNSETTLED = Symbol("unsettled");
