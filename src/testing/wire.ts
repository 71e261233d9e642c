import { MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { Receiver, Transport } from "../link/transport.js";
import type { Digest } from "./digest.js";
import type { Faults } from "./faults.js";
import { POISON } from "./poison.js";
import type { Random } from "./random.js";
import { type Far, Way } from "./way.js";

/** What the wires of a network share. */
export interface Weather {
  readonly clock: Clock;
  readonly random: Random;
  /** Of all bytes that are read, in the order of their reading. */
  readonly digest: Digest;
}

/** How the end of a wire reads: into memory that the link offers, as TCP does, or as chunks of its own, as TLS does. */
export type Reading = "window" | "chunks";

const POISONED_BYTES = 1024;

/** Makes the link of a transport. */
export type Start = (transport: Transport) => Receiver;

/** One end of a wire. */
class End implements Transport, Far {
  receiver!: Receiver;
  other!: End;
  out!: Way;
  isClosed = false;
  private held: Uint8Array | undefined;
  private gotEnd = false;
  private hasEnded = false;

  constructor(
    readonly address: string,
    private readonly reading: Reading,
    private readonly weather: Weather,
  ) {}

  /** As the peer that it is to handlers. */
  toJSON(): Pick<Transport, "address"> {
    return { address: this.address };
  }

  /** Asks for memory before there is anything to read, as Node does. */
  start(receiver: Receiver): void {
    this.receiver = receiver;
    if (this.reading === "window") this.held = receiver.window();
  }

  write(bytes: Uint8Array, written: () => void): void {
    if (!this.isClosed) this.out.write(bytes, written);
  }

  pause(): void {
    this.other.out.pause();
  }

  resume(): void {
    this.other.out.resume();
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.out.end();
  }

  /** What was taken from this end may still arrive, or be lost with a reset. */
  destroy(): void {
    if (this.isClosed) return;
    if (this.weather.random.chance(0.5)) this.out.end();
    else this.other.reset();
    this.close();
  }

  /** The connection breaks. */
  reset(): void {
    this.close(new MillraceError("unavailable", `the connection to ${this.address} was reset`));
  }

  deliver(bytes: Uint8Array): void {
    const { digest, clock } = this.weather;
    if (this.isClosed) return;
    digest.number(clock.now());
    digest.bytes(bytes);
    if (this.reading === "chunks") this.receiver.receive(bytes);
    else this.fill(bytes);
  }

  ended(): void {
    this.gotEnd = true;
    this.end();
    this.closeIfDone();
  }

  /** Closes once the end was sent and received. */
  closeIfDone(): void {
    if (this.gotEnd && this.out.isTaken) this.close();
  }

  private close(reason?: Error): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.out.stop();
    this.other.out.deafen();
    const { clock, random } = this.weather;
    clock.after(0, () => {
      this.out.letGo(random.chance(0.5));
      this.held?.fill(POISON);
      this.receiver.closed(reason);
    });
  }

  private fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isClosed; ) {
      const window = this.held!;
      const count = Math.min(window.length, bytes.length - at);
      if (count === 0) throw new MillraceError("internal", "the link offers no memory to read into");
      window.set(bytes.subarray(at, at + count));
      at += count;
      this.receiver.filled(count);
      this.hold(count);
    }
  }

  /**
   * Takes the memory for the next read, inside the one before it, and overwrites as much as that one brought, and some
   * more: nobody may still need what is there.
   */
  private hold(lastBytes: number): void {
    this.held = this.receiver.window();
    this.held.fill(POISON, 0, lastBytes + POISONED_BYTES);
  }
}

/** A connection in memory, whose bytes take time and suffer faults. */
export class Wire {
  private readonly near: End;
  private readonly far: End;

  /** @param faults of the bytes to the server, and of those to the client. */
  constructor(
    weather: Weather,
    [toServer, toClient]: readonly [toServer: Faults, toClient: Faults],
    reading: Reading,
    client: Start,
    server: Start,
  ) {
    const near = (this.near = new End("memory://server", reading, weather));
    const far = (this.far = new End("memory://client", reading, weather));
    near.other = far;
    far.other = near;
    const { clock, random } = weather;
    near.out = new Way(clock, random.fork(), toServer, far, () => near.closeIfDone());
    far.out = new Way(clock, random.fork(), toClient, near, () => far.closeIfDone());
    near.start(client(near));
    far.start(server(far));
  }

  /** Breaks the connection: both ends see a reset, and what was under way is lost. */
  cut(): void {
    this.near.reset();
    this.far.reset();
  }

  /** Nothing arrives for so many milliseconds, to the server, to the client, or both ways. */
  stall(ms: number, way: "both" | "toServer" | "toClient" = "both"): void {
    if (way !== "toClient") this.near.out.stall(ms);
    if (way !== "toServer") this.far.out.stall(ms);
  }
}
