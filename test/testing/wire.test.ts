import { expect, test } from "vitest";
import type { Receiver, Transport } from "../../src/link/transport.js";
import { VirtualClock } from "../../src/testing/clock.js";
import { Digest } from "../../src/testing/digest.js";
import { NO_FAULTS } from "../../src/testing/faults.js";
import { PoisoningPool } from "../../src/testing/poison.js";
import { Random } from "../../src/testing/random.js";
import { type Reading, Wire } from "../../src/testing/wire.js";

/** An end that notes what it is told, and offers its own memory. */
class Note implements Receiver {
  readonly memory = new Uint8Array(100);
  readonly heard: string[] = [];
  transport!: Transport;

  readonly start = (transport: Transport): this => {
    this.transport = transport;
    return this;
  };

  window(): Uint8Array {
    return this.memory;
  }

  filled(count: number): void {
    this.heard.push(String(this.memory.slice(0, count)));
  }

  receive(chunk: Uint8Array): void {
    this.heard.push(String(chunk));
  }

  refuse(): void {}

  closed(reason?: Error): void {
    this.heard.push(reason ? "reset" : "closed");
  }
}

function pair(reading: Reading = "window", faults = NO_FAULTS) {
  const clock = new VirtualClock();
  const [near, far] = [new Note(), new Note()];
  const weather = { clock, random: new Random(1), digest: new Digest() };
  const wire = new Wire(weather, [faults, faults], reading, near.start, far.start);
  return { clock, near, far, wire };
}

test("bytes that change before they are written are found out", () => {
  const { clock, near } = pair();
  const bytes = new Uint8Array([1, 2, 3]);
  near.transport.write(bytes, () => {});
  bytes[1] = 9;
  expect(() => clock.advance(1)).toThrow("bytes changed between write() and written()");
});

test("bytes that change before a broken connection is closed are found out", () => {
  const { clock, near, wire } = pair("window", { ...NO_FAULTS, delayMs: [50, 50] });
  const bytes = new Uint8Array([1, 2, 3]);
  near.transport.write(bytes, () => {});
  wire.cut();
  bytes[1] = 9;
  expect(() => clock.advance(1)).toThrow("bytes changed between write() and written()");
});

test("memory that was read into is overwritten when it is offered again", () => {
  const { clock, near, far } = pair();
  near.transport.write(new Uint8Array([1, 2, 3]), () => {});
  clock.advance(1);
  expect(far.heard).toEqual(["1,2,3"]);
  expect([...far.memory.subarray(0, 3)]).toEqual([0xdb, 0xdb, 0xdb]);
});

test("what is written waits while as much as the buffer holds is under way", () => {
  const { clock, near, wire } = pair("window", { ...NO_FAULTS, bufferBytes: 3 });
  const written: number[] = [];
  wire.stall(100);
  for (const id of [1, 2, 3]) near.transport.write(new Uint8Array([id, id]), () => written.push(id));
  clock.advance(50);
  expect(written).toEqual([1, 2]);
  clock.advance(51);
  expect(written).toEqual([1, 2, 3]);
});

test("an end that is closed in order arrives behind all that was written, and closes the other end", () => {
  for (const reading of ["window", "chunks"] as const) {
    const { clock, near, far } = pair(reading, { ...NO_FAULTS, delayMs: [0, 9] });
    const written: number[] = [];
    near.transport.write(new Uint8Array([1]), () => written.push(1));
    near.transport.write(new Uint8Array([2]), () => written.push(2));
    near.transport.end();
    clock.advance(100);
    expect(far.heard.join()).toBe("1,2,closed");
    expect([near.heard, written]).toEqual([["closed"], [1, 2]]);
    expect(clock.timers).toBe(0);
  }
});

test("an end that is destroyed closes both, once, however often it is said", () => {
  const { clock, near, far, wire } = pair();
  near.transport.destroy();
  near.transport.destroy();
  far.transport.destroy();
  wire.cut();
  clock.advance(100);
  expect([near.heard.length, far.heard.length, clock.timers]).toEqual([1, 1, 0]);
});

test("memory that comes back to a poisoning pool is overwritten, unless somebody may go on reading it", () => {
  const pool = new PoisoningPool();
  const [given, lost] = [pool.lease(100), pool.lease(100)];
  given.bytes[0] = lost.bytes[0] = 1;
  lost.isLost = true;
  pool.release(given);
  pool.release(lost);
  expect([given.bytes[0], lost.bytes[0]]).toEqual([0xdb, 1]);
});
