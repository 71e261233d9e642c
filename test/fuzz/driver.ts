import { setTimeout as delay } from "node:timers/promises";
import { PageReading } from "../../src/browser/reading.js";
import { AllAtOnce } from "../../src/browser/turns.js";
import { CappedPool } from "../../src/bytes/capped-pool.js";
import type { Received } from "../../src/bytes/received.js";
import { Slab } from "../../src/bytes/slab.js";
import { InTurn } from "../../src/link/in-turn.js";
import { Quota } from "../../src/link/quota.js";
import { describe } from "../../src/link/report.js";
import { pausing } from "../../src/link/pausing.js";
import type { ReadingOf } from "../../src/link/reading.js";
import type { Supply, Turns } from "../../src/link/turns.js";
import { debugging } from "../../src/rpc/debugging.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { settle } from "../support/rig.js";
import { join } from "../support/wire.js";
import type { Mutant } from "./mutant.js";
import { Script } from "./script.js";
import { faultsOf, isOurFault } from "./speech.js";
import { start, type Subject } from "./subject.js";

/** So much time of the processor may one mutant take; with less, other links are not held up noticeably. */
const MOST_MS = 100;
/** So often is one played again that seems to take more. */
const MOST_PLAYS = 5;
/** So much may a link of the sessions' limits hold on lease: what waits each way, and a slab for each of its calls. */
const MOST_LEASED_BYTES = 16 * 1024 * 1024;
const READ_SLAB_BYTES = 64 * 1024;
/** What a process has for its links when memory is scarce. */
const SCARCE_BYTES = 128 * 1024;

/** Plays mutants against fresh links on virtual time, one at a time, and says what is wrong with what these did. */
export class Driver {
  /** All that the link under test said in the last mutant. */
  said: Uint8Array = new Uint8Array(0);
  private slabs = new CappedPool();
  private scarce = new CappedPool(SCARCE_BYTES);
  private readonly readSlab = new Slab(READ_SLAB_BYTES);
  private faults: string[] = [];
  /** What links received in, if it was as in a page. */
  private pages: Received[] = [];
  private readonly onRejection = (reason: unknown): void =>
    this.fault(`nobody handled a rejection: ${describe(reason)}`);

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
    const ms = await this.cpuMs(mutant);
    return ms < MOST_MS ? this.faults : [...this.faults, `it took ${Math.round(ms)} ms of the processor's time`];
  }

  /**
   * What a mutant takes of the processor whenever it is played: not the machine's being busy, nor that of compiling and collecting
   * in other threads. It takes long to ask, so that only those are asked for that seemed slow.
   */
  private async cpuMs(mutant: Mutant): Promise<number> {
    let least = Infinity;
    for (let plays = 0; plays < MOST_PLAYS && least >= MOST_MS; plays++) {
      const before = process.cpuUsage();
      await this.play(mutant);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1000);
    }
    return least;
  }

  private async play(mutant: Mutant): Promise<void> {
    this.faults = [];
    const { clock, script, subject, slabs } = this.begin(mutant);
    const { pieces, ending } = mutant;
    for (const [index, { bytes, passMs, isTurn }] of pieces.entries()) {
      if (isTurn) await settle();
      if (index === ending?.before) this.guard(() => subject.link.connection[ending.by]());
      this.guard(() => clock.advance(passMs));
      this.guard(() => script.say(bytes));
      if (slabs.leasedBytes > MOST_LEASED_BYTES) this.fault(`${slabs.leasedBytes} bytes were on lease`);
    }
    await settle();
    this.guard(() => clock.advance(mutant.lingerMs));
    await settle();
    this.guard(() => script.break());
    await settle();
    await this.inspect(subject, clock, script, slabs);
  }

  private begin({ subject, session, arrival, peerReads, isDebugging, isScarce }: Mutant) {
    const { readSlab } = this;
    const slabs = isScarce ? this.scarce : this.slabs;
    const clock = new VirtualClock();
    const script = new Script(arrival === "in its window" ? readSlab.bytes : undefined, peerReads, (step) =>
      this.guard(step),
    );
    const schedule = (flush: () => void): void => queueMicrotask(() => this.guard(flush));
    const report = (error: unknown, doing: string): void => {
      if (isOurFault(error)) this.fault(`${doing} failed: ${describe(error)}`);
    };
    this.pages = [];
    const inPage: ReadingOf = (_transport, limits, link) => {
      const made = new PageReading(clock, limits, link);
      this.pages.push(made.ring);
      return made;
    };
    const isPage = arrival === "in a page's chunks";
    const reading = isPage ? inPage : pausing(clock, slabs, readSlab);
    const turns = (supply: Supply): Turns => (isPage ? new AllAtOnce() : new InTurn(supply));
    const others = { waitingEvents: new Quota(2 ** 27), random: () => 0.5, debug: isDebugging ? debugging : undefined };
    const runtime = { clock, slabs, reading, turns, ...others, schedule, report };
    return { clock, script, slabs, subject: start(subject, session, runtime, script) };
  }

  /** After the end nothing is left, and what was said until then was right. */
  private async inspect(
    { link, server, play }: Subject,
    clock: VirtualClock,
    script: Script,
    slabs: CappedPool,
  ): Promise<void> {
    const links = server.links.size + server.handshaking.size;
    void server.close();
    let thrown: unknown = UNSETTLED;
    void play.then((value) => (thrown = value));
    await settle();
    for (let ms = 0; ms < LOADING_MS && (thrown === UNSETTLED || clock.timers > 0); ms++) await delay(1);
    const { streams, sender } = link.connection;
    const left = {
      slabs: slabs.leased,
      timers: clock.timers,
      streams: streams.count,
      "unsent bytes": sender.unsentBytes,
      "received bytes": this.pages.reduce((sum, { bytes }) => sum + bytes.length, 0),
      links,
    };
    for (const [what, count] of Object.entries(left)) if (count !== 0) this.fault(`${count} ${what} were left`);
    if (link.state !== "closed") this.fault(`the link was left ${link.state}`);
    if (thrown === UNSETTLED) this.fault("a call was left hanging");
    else if (thrown !== undefined && isOurFault(thrown)) this.fault(`its caller was told: ${describe(thrown)}`);
    this.said = join(...script.heard);
    for (const fault of faultsOf(this.said)) this.fault(fault);
    if (slabs.leased === 0) return;
    this.slabs = new CappedPool();
    this.scarce = new CappedPool(SCARCE_BYTES);
  }

  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fault(`it threw: ${describe(error)}`);
    }
  }

  /** Notes what must not be, once. */
  private fault(what: string): void {
    if (!this.faults.includes(what)) this.faults.push(what);
  }
}

/** In so many milliseconds is loaded what calls may wait for, with a timer: the code that compares schemas. */
const LOADING_MS = 500;
const UNSETTLED = Symbol("unsettled");
