import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Connection, type Inbound } from "../link/connection.js";
import type { State } from "../link/life.js";
import type { AcceptedStream } from "../link/streams.js";
import type { Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Transport } from "../link/transport.js";
import type { Peer } from "./call.js";
import { GatedCaller } from "./gated-caller.js";
import type { Link, LinkStats, MessageHandler, StateListener } from "./link.js";
import { LinkCaller } from "./link-caller.js";
import { MethodRouter } from "./router.js";
import { RefusedCall } from "./refused-call.js";
import type { Verdict } from "./schema-compare.js";
import { Verdicts } from "./schema-verdicts.js";
import type { Caller, Service, ServiceSchema } from "./service.js";
import { StateListeners } from "./state-listeners.js";

/** A link: typed calls and messages on top of one connection. */
export class RpcLink implements Link, Inbound {
  readonly connection: Connection;
  /** One-way messages that no handler was registered for. */
  unroutedMessages = 0;
  private readonly caller: LinkCaller;
  private madeVerdicts: Verdicts | undefined;
  private readonly listeners: StateListeners;

  /**
   * @param router the connections of a client's link share one.
   * @param intercept puts interceptors before a caller; see `intercepting`.
   * @param face what handlers of one-way messages are given: what this link is a part of, if it is of one.
   */
  constructor(
    isClient: boolean,
    transport: Transport,
    runtime: Runtime,
    limits: Limits,
    private readonly router = new MethodRouter(),
    private readonly intercept?: (caller: Caller) => Caller,
    private readonly face?: Link,
  ) {
    this.listeners = new StateListeners(runtime);
    this.connection = new Connection(isClient, transport, runtime, limits, this);
    this.caller = new LinkCaller(this.connection);
  }

  get runtime(): Runtime {
    return this.connection.runtime;
  }

  get state(): State {
    return this.connection.state;
  }

  get peer(): Peer {
    return this.connection.transport;
  }

  get closed(): Promise<MillraceError> {
    return this.listeners.closed;
  }

  /** How services of the peer differ from those of this side. */
  get verdicts(): Verdicts {
    return (this.madeVerdicts ??= new Verdicts(this.connection, this.caller));
  }

  get services(): readonly ServiceSchema[] {
    return this.router.services;
  }

  get stats(): LinkStats {
    const { receivedBytes, receivedFrames, copiedBytes, sender } = this.connection;
    const { sentBytes, sentFrames } = sender.batch;
    return {
      bytesIn: receivedBytes,
      bytesOut: sentBytes,
      bytesCopied: copiedBytes,
      framesIn: receivedFrames,
      framesOut: sentFrames,
    };
  }

  client<Client>(service: Service<Client, never>): Client {
    const caller = this.callerOf(service);
    return service.client(this.intercept?.(caller) ?? caller);
  }

  verdict(service: Service<unknown, never>): Promise<Verdict> {
    return this.verdicts.of(service);
  }

  serve<Handlers>(service: Service<unknown, Handlers>, handlers: Handlers): void {
    this.router.serve(service, handlers);
  }

  on<T>(type: Codec<T>, handler: MessageHandler<T>): void {
    this.router.on(type, handler);
  }

  send<T>(type: Codec<T>, message: Partial<T>): boolean {
    const { connection } = this;
    do type.encode(message, connection.claim());
    while (!connection.sender.commitMessage(type.id | 0));
    return !connection.sender.isCongested;
  }

  drained(): Promise<void> {
    return this.connection.drained();
  }

  /** @param retryAfterMs how long the peer is to stay away; 0 leaves that to it. */
  async drain(retryAfterMs = 0): Promise<void> {
    this.connection.drain(retryAfterMs);
    await this.closed;
  }

  onState(listener: StateListener): () => void {
    return this.listeners.add(listener);
  }

  retryNow(): void {}

  async close(retryAfterMs = 0): Promise<void> {
    this.connection.close(retryAfterMs);
    await this.closed;
  }

  /** What a stub of `service` calls through: calls wait for the verdict where the peer has another schema. */
  private callerOf(service: Service<unknown, never>): Caller {
    const { verdicts, caller } = this;
    if (verdicts.admits(service)) return caller;
    const now = (): Caller | undefined => (verdicts.admits(service) ? caller : undefined);
    const later = (): Promise<Caller> => verdicts.admit(service).then(() => caller);
    return new GatedCaller({ now, later }, this.connection.runtime.clock);
  }

  changed(state: State, reason?: MillraceError): void {
    this.listeners.tell(state, reason);
  }

  accept(frame: Frame, refusal?: MillraceError): AcceptedStream {
    if (!refusal) return this.router.open(this.connection, frame);
    return new RefusedCall(this.connection, "a call on a draining link", refusal);
  }

  message(frame: Frame): void | Promise<void> {
    if (this.router.receives(frame.aux)) return this.router.deliver(this.connection, frame, this.face ?? this);
    this.unroutedMessages++;
  }
}
