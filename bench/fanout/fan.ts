import { once } from "node:events";
import net from "node:net";
import { createHistogram } from "node:perf_hooks";
import type { Driver, Peer, Place, Shape, Site } from "../pair/load.js";
import { portOf } from "../pair/port.js";
import type { Sample } from "../suite.js";
import { Stopped } from "./stopped.js";

/** How one subject publishes and subscribes. */
export interface Fan {
  /** Starts a server; `publish` sends so many events, made now, to all that have subscribed. */
  serve(site: Site): Promise<{ readonly url: string; readonly publish: (events: number) => void }>;
  /** Subscribes over a connection of its own, and resolves when what is published from then on arrives. */
  subscribe(place: Place, got: Got): Promise<void>;
}

/** Told of events that came; `stampUs` is when the last of them was made. */
export type Got = (events: number, stampUs: number) => void;

/** Of so many subscribers one measures how long events take. */
const TIMED = 20;

/** Microseconds on a clock that all processes of the machine share. */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** A peer whose client asks for turns of events by a connection beside, a byte each, and waits until all have all. */
export function peerOf(fan: Fan, module: string): Peer {
  return {
    async serve(site) {
      const { url, publish } = await fan.serve(site);
      const control = net.createServer({ noDelay: true }, (socket) => {
        socket.on("data", (turns) => turns.forEach((events) => publish(events)));
        socket.on("error", () => socket.destroy());
      });
      await once(control.listen(0, "127.0.0.1"), "listening");
      return {
        url: `${url}#${portOf(control)}`,
        measured: () => [{ metric: "rss", value: process.memoryUsage.rss() }],
      };
    },
    connect: (place, shape) => FanDriver.open(fan, module, place, shape),
  };
}

class FanDriver implements Driver {
  calls = 0;
  answers = 0;
  private readonly latency = createHistogram();
  private isRunning = false;
  private wake: (() => void) | undefined;

  private constructor(
    private readonly control: net.Socket,
    private readonly subscribers: number,
    private readonly events: number,
    private readonly window: number,
  ) {}

  static async open(fan: Fan, module: string, place: Place, shape: Shape): Promise<FanDriver> {
    const [url, port] = place.url.split("#");
    const { subscribers = 1, events = 1, stopped = 0 } = shape.fan ?? {};
    const control = net.connect({ host: "127.0.0.1", port: Number(port), noDelay: true });
    await once(control, "connect");
    const driver = new FanDriver(control, subscribers, events, shape.window);
    for (let i = 0; i < subscribers; i++) await fan.subscribe({ ...place, url }, driver.receiver(i % TIMED === 0));
    if (stopped > 0) await Stopped.start(module, { ...place, url }, stopped);
    return driver;
  }

  start(): void {
    this.isRunning = true;
    for (let i = 0; i < this.window; i++) this.turn();
  }

  async rest(): Promise<void> {
    this.isRunning = false;
    if (this.answers < this.calls) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  measured(): Sample[] {
    const samples: Sample[] = [
      { metric: "latency-p50", value: this.latency.percentile(50) },
      { metric: "latency-p99", value: this.latency.percentile(99) },
    ];
    this.latency.reset();
    return samples;
  }

  private receiver(isTimed: boolean): Got {
    return (events, stampUs) => {
      this.answers += events;
      if (isTimed) this.latency.record(Math.max(1, nowUs() - stampUs));
      const due = (this.window - 1) * this.perTurn;
      while (this.isRunning && this.calls - this.answers <= due) this.turn();
      if (this.answers === this.calls) this.wake?.();
    };
  }

  private get perTurn(): number {
    return this.subscribers * this.events;
  }

  private turn(): void {
    this.calls += this.perTurn;
    this.control.write(Uint8Array.of(this.events));
  }
}
