import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Connection } from "../link/connection.js";
import { checkNumber, CLOSE_TIMEOUT_MS, type Limits } from "../link/limits.js";
import type { Runtime } from "../link/runtime.js";
import type { Receiver, Transport } from "../link/transport.js";
import { intercepted } from "../rpc/intercepted-router.js";
import type { ServerInterceptor } from "../rpc/interceptor.js";
import type { Link, MessageHandler } from "../rpc/link.js";
import { MethodRouter } from "../rpc/router.js";
import { RpcLink } from "../rpc/rpc-link.js";
import type { Method, Router, Service } from "../rpc/service.js";
import { TopicCall } from "../rpc/topic-call.js";
import { Fanout } from "../topic/fanout.js";
import { MemoryStore } from "../topic/memory-store.js";
import type { TopicOptions } from "../topic/options.js";
import { ServerTopic, type Topic } from "../topic/topic.js";
import { LinkRouter } from "./link-router.js";

/** The longest wait that can be told to a peer, or waited for. */
const MOST_MS = 2 ** 32 - 1;
/** How long a server that closes sends on what it has accepted for its clients. */
const LONGEST_CLOSE_MS = 30_000;
/** How many links are told in one turn that their server leaves: each takes a page of memory for that. */
const LINKS_A_TURN = 256;

/** A door that lets connections in. */
export interface Listener {
  /** Where clients connect: `tcp://127.0.0.1:7000`. */
  readonly url: string;
  /** Lets nobody in any more; resolves when the address is free again. */
  close(): Promise<void>;
}

/** How a server leaves. Times are milliseconds, from 0 to 2³² − 1. */
export interface LeaveOptions {
  /** How long clients are asked to stay away: they come back spread over as long a time again. 0, the default, leaves it to them. */
  readonly retryAfterMs?: number | undefined;
}

/** How a server drains. */
export interface DrainOptions extends LeaveOptions {
  /** How long calls under way may take until they are cut off; 30,000 by default. */
  readonly graceMs?: number | undefined;
}

/** Answers calls and receives messages on every link that its listeners let in. */
export class Server {
  /** The links that are connected now, from the end of their handshake on. */
  readonly links: ReadonlySet<Link>;
  /** Those whose handshake is not done, oldest first: nothing can be sent on them. */
  readonly handshaking: ReadonlySet<Link>;
  private readonly open = new Set<RpcLink>();
  private readonly early = new Set<RpcLink>();
  /** The connections whose transport is open: a link that is closed may have much to send to a peer that takes little. */
  private readonly connected = new Set<Connection>();
  private readonly gone = (connection: Connection): void => void this.connected.delete(connection);
  private readonly listeners: Listener[] = [];
  private readonly router: MethodRouter;
  private readonly intercept = (router: Router): Router => intercepted(router, this.interceptors);
  private readonly topics: Pick<ServerTopic<never, never>, "ending">[] = [];
  /** What topics need; made with the first one. */
  private memory: MemoryStore | undefined;
  private fanout: Fanout | undefined;
  /** Resolves when all addresses are free again; made by the first who closes them. */
  private shutting: Promise<unknown> | undefined;

  /** @param interceptors go around every handler of this server, the first one outermost. */
  constructor(
    private readonly runtime: Runtime,
    private readonly limits: Limits,
    private readonly interceptors: readonly ServerInterceptor[] = [],
  ) {
    this.router = new MethodRouter(this.intercept);
    this.links = this.open;
    this.handshaking = this.early;
  }

  /** The addresses listened on, in the order tcp, unix, tls, ws, wss. */
  get urls(): string[] {
    return this.listeners.map((listener) => listener.url);
  }

  /** Answers the calls of a service. Throws `already_exists` for a method served twice, `invalid_argument` for one without handler. */
  serve<Handlers>(service: Service<unknown, Handlers>, handlers: Handlers): void {
    this.router.serve(service, handlers);
  }

  /** Receives the one-way messages of one type. Throws `already_exists` when they have a handler. */
  on<T>(type: Codec<T>, handler: MessageHandler<T>): void {
    this.router.on(type, handler);
  }

  /**
   * Starts a topic, which clients subscribe to by keys: `server.topic(Market.quotes, { slow: "conflate" })`.
   * Throws `already_exists` when there is one for the method, `invalid_argument` for options out of range.
   */
  topic<Req, Res>(method: Method<Req, Res>, options: TopicOptions<Req, Res> = {}): Topic<Req, Res> {
    if (method.kind !== "topic") {
      throw new MillraceError(
        "invalid_argument",
        `${method.path} is not a topic: give it the option (millrace.topic) = true`,
      );
    }
    const store = options.store ?? (this.memory ??= new MemoryStore(this.runtime.clock, this.runtime.random));
    const topic = new ServerTopic(method, store, (this.fanout ??= new Fanout(this.runtime)), options);
    this.router.add(method, (connection) => new TopicCall(connection, method, this.interceptors, topic.join));
    this.topics.push(topic);
    return topic;
  }

  /** Takes over a connection; for listeners. */
  readonly accept = (transport: Transport): Receiver => {
    const link = new RpcLink(false, transport, this.runtime, this.limits, new LinkRouter(this.router, this.intercept));
    this.early.add(link);
    this.connected.add(link.connection);
    link.connection.gone = this.gone;
    link.onState((state) => {
      this.early.delete(link);
      if (state === "open") this.open.add(link);
      else if (state === "closed") this.open.delete(link);
    });
    this.limitHandshakes();
    return link.connection;
  };

  /** Makes `listener` one of this server's. */
  add(listener: Listener): void {
    this.listeners.push(listener);
  }

  /**
   * Lets nobody in any more, takes no more calls, and lets those under way finish; what is left after `graceMs` is cut off.
   * Resolves when all links are closed and all addresses are free again. Throws `invalid_argument` for a time out of range.
   */
  async drain({ graceMs = 30_000, retryAfterMs = 0 }: DrainOptions = {}): Promise<void> {
    checkNumber("graceMs", graceMs, 0, MOST_MS);
    checkNumber("retryAfterMs", retryAfterMs, 0, MOST_MS);
    const shut = this.shut();
    const leaving = await this.each(this.all, (link) => link.drain(retryAfterMs));
    await this.each(this.endTopics("this server is draining: subscribe at another one"), () => {});
    await this.left([...leaving, shut], graceMs, retryAfterMs);
    await this.close({ retryAfterMs });
  }

  /**
   * Lets nobody in any more, closes all links, and resolves when all addresses are free again. What was accepted for clients is
   * still sent, as long as they take more, but for no longer than half a minute.
   * Throws `invalid_argument` for a time out of range.
   */
  async close({ retryAfterMs = 0 }: LeaveOptions = {}): Promise<void> {
    checkNumber("retryAfterMs", retryAfterMs, 0, MOST_MS);
    const shut = this.shut();
    const leaving = await this.each(this.all, (link) => link.close(retryAfterMs));
    await this.left([...leaving, shut], LONGEST_CLOSE_MS, retryAfterMs);
    this.memory?.close();
    await shut;
  }

  private get all(): readonly RpcLink[] {
    return [...this.early, ...this.open];
  }

  private *endTopics(why: string): Generator<void> {
    for (const topic of this.topics) yield* topic.ending(why);
  }

  /** Waits until all have left; those that have not after `ms` milliseconds are cut off, and soon after that without a word. */
  private async left(leaving: readonly Promise<unknown>[], ms: number, retryAfterMs: number): Promise<void> {
    const gone = Promise.allSettled(leaving);
    await this.within(ms, gone);
    await this.each(this.open, (link) => link.connection.life.cutOff(retryAfterMs));
    if (!(await this.within(CLOSE_TIMEOUT_MS, gone))) return;
    for (const { transport } of this.connected) transport.destroy();
  }

  /** Does something with all `items`, some in each turn; resolves with what that returned. */
  private async each<Item, T>(items: Iterable<Item>, act: (item: Item) => T): Promise<T[]> {
    const all: T[] = [];
    for (const item of items) {
      all.push(act(item));
      if (all.length % LINKS_A_TURN === 0) await new Promise<void>((resolve) => this.runtime.schedule(resolve));
    }
    return all;
  }

  /** Waits for `work`, but for no longer than `ms` milliseconds; returns whether these were over first. */
  private within(ms: number, work: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.runtime.clock.after(ms, () => resolve(true));
      void work.then(() => {
        timer.cancel();
        resolve(false);
      });
    });
  }

  private shut(): Promise<unknown> {
    return (this.shutting ??= Promise.all(this.listeners.map((listener) => listener.close())));
  }

  /** Keeps those who connect and say nothing from being more than `maxHandshakes`. */
  private limitHandshakes(): void {
    if (this.early.size <= this.limits.maxHandshakes) return;
    const [oldest] = this.early;
    this.early.delete(oldest);
    oldest.connection.transport.destroy();
  }
}
