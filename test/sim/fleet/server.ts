import { Entry, Ledger } from "../../../schemas/gen/ledger.js";
import { MillraceError } from "../../../src/index.js";
import type { Limits } from "../../../src/link/limits.js";
import type { Receiver, Transport } from "../../../src/link/transport.js";
import type { Network, Server } from "../../../src/testing/index.js";
import { Wire } from "../../../src/testing/index.js";
import { checkFaults } from "../../../src/testing/faults.js";
import { ledgerHandlers } from "../../ledger/handlers.js";
import type { ClientPlan } from "./plan.js";

/** A server that goes away and comes back at the same address, and the wires to it. */
export class FleetServer {
  private server: Server | undefined;
  private readonly wires = new Set<Wire>();
  /** Until when nothing arrives at either end, and which way. */
  private stall: { readonly until: number; readonly way: "both" | "toServer" | "toClient" } | undefined;

  /** @param write keeps what handlers write down. */
  constructor(
    private readonly net: Network,
    private readonly limits: Partial<Limits>,
    private readonly write: (line: string) => void,
  ) {
    this.start();
  }

  /** Whether it is there, and nothing holds up what is said. */
  get isWell(): boolean {
    return this.server !== undefined && (this.stall?.until ?? 0) <= this.net.clock.now();
  }

  get links(): number {
    return this.server ? this.server.links.size + this.server.handshaking.size : 0;
  }

  start(): void {
    const server = this.net.listen({ limits: this.limits });
    server.serve(Ledger, ledgerHandlers(this.net.clock, this.write));
    server.on(Entry, ({ id }) => this.write(`message ${id}`));
    this.server = server;
  }

  /** A connection to it, or one that is refused. */
  connect(client: ClientPlan, start: (transport: Transport) => Receiver): void {
    const { server, net, stall } = this;
    if (!server) return this.refuse(start);
    const faults = checkFaults(client.faults);
    const wire = new Wire(net, [faults, faults], client.reading, start, server.accept);
    this.wires.add(wire);
    if (stall && stall.until > net.clock.now()) wire.stall(stall.until - net.clock.now(), stall.way);
  }

  cut(): void {
    for (const wire of this.wires) wire.cut();
    this.wires.clear();
  }

  /** Nothing arrives, over connections that there are and those that are made meanwhile. */
  hold(ms: number, way: "both" | "toServer" | "toClient"): void {
    this.stall = { until: this.net.clock.now() + ms, way };
    for (const wire of this.wires) wire.stall(ms, way);
  }

  /** Is gone without a word, for so long. */
  crash(downMs: number): void {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (!server) return;
    void server.close();
    this.comeBack(downMs);
  }

  /** Closes, and is gone for so long. */
  async restart(downMs: number): Promise<void> {
    await this.leave(downMs, (server) => server.close());
  }

  /** Drains, and comes back so long after that. */
  async retire(graceMs: number, retryAfterMs: number, downMs: number): Promise<void> {
    await this.leave(downMs, (server) => server.drain({ graceMs, retryAfterMs }));
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private async leave(downMs: number, how: (server: Server) => Promise<void>): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    await how(server);
    this.comeBack(downMs);
  }

  private comeBack(downMs: number): void {
    this.net.clock.after(downMs, () => this.start());
  }

  /** Lets a client know that nobody is there. */
  private refuse(start: (transport: Transport) => Receiver): void {
    const { clock } = this.net;
    const nothing = (): void => {};
    const address = "memory://nobody";
    let isClosed = false;
    const close = (): void => {
      if (isClosed) return;
      isClosed = true;
      clock.after(0, () => receiver.closed(new MillraceError("unavailable", "nobody listens")));
    };
    const transport = { address, write: nothing, pause: nothing, resume: nothing, end: close, destroy: close };
    const receiver = start(transport);
    clock.after(1, close);
  }
}
