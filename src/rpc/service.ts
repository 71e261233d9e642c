import type { Codec } from "../codec/codec.js";
import type { Clock } from "../link/clock.js";
import type { Connection } from "../link/connection.js";
import type { ServiceMark } from "../link/services.js";
import type { Call, CallOptions } from "./call.js";
import type { Stream } from "./stream.js";
import type { SubscribeOptions, Subscription } from "./subscription.js";

export type { Stream } from "./stream.js";

/** What is known of a method without its types. */
export interface MethodInfo {
  /** As it is called in TypeScript: `lastQuote`. */
  readonly name: string;
  /** As it is called on every wire: `market.Market/LastQuote`. */
  readonly path: string;
  /** 32-bit FNV-1a hash of `path`: the method id on the wire. */
  readonly id: number;
  readonly kind: "unary" | "serverStream" | "clientStream" | "duplex" | "topic";
  /** Whether running it twice does no more than running it once, as its schema says: then calls may be made again. */
  readonly idempotent?: true;
  /** How one subscribes; only topics have it. */
  readonly subscribing?: Subscribing;
}

/** One method of a service, as the generator describes it. */
export interface Method<Req, Res> extends MethodInfo {
  readonly request: Codec<Req>;
  readonly response: Codec<Res>;
}

/** One topic of a service. */
export interface TopicMethod<Req, Res> extends Method<Req, Res> {
  readonly kind: "topic";
  readonly subscribing: Subscribing;
}

/** How one subscribes: code that only services with topics bring, so that a page without them does not load it. */
export interface Subscribing {
  /** Subscribes over one connection. */
  over<Req, Res>(
    connection: Connection,
    topic: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options?: SubscribeOptions,
  ): Subscription<Res>;
  /**
   * A subscription that is still to be made.
   * @param make makes it later; what it is given ends the wait.
   */
  late<T>(make: (gone: AbortController) => Promise<Subscription<T>>): Subscription<T>;
  /** A caller whose subscriptions go on over the next connection when theirs is lost. */
  resuming(caller: Caller, ground: Ground): Caller;
}

/** The link that subscriptions are made over, whatever its connections. */
export interface Ground {
  readonly runtime: { readonly clock: Clock };
  readonly state: string;
  /** Calls `listener` when the state has changed; returns what ends that. */
  onState(listener: () => void): () => void;
}

/** A generated service: makes typed client stubs and routes typed handlers. */
export interface Service<Client, Handlers> {
  /** Full name in the schema, `package.Service`. */
  readonly name: string;
  /** What of the service a peer must agree with. */
  readonly schema: ServiceSchema;
  readonly methods: readonly MethodInfo[];
  /** A stub whose methods call through `caller`. */
  client(caller: Caller): Client;
  /** Registers each of `handlers` with `router`. */
  serve(router: Router, handlers: Handlers): void;
}

/** What of a service matters on the wire. Peers compare the fingerprint, and where it differs, the table. */
export interface ServiceSchema extends ServiceMark {
  /** A line for each method, message and enum; docs/wire.md says how they are written. */
  readonly table: readonly string[];
}

/** What a client stub calls through: a link. */
export interface Caller {
  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res>;
  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res>;
  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res>;
  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res>;
  subscribe<Req, Res>(
    topic: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options?: SubscribeOptions,
  ): Subscription<Res>;
}

/** Where a service's handlers are registered: a server or a link. */
export interface Router {
  unary<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Answer<Res>): void;
  serverStream<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Items<Res>): void;
  clientStream<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Answer<Res>): void;
  duplex<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Items<Res>): void;
}

/** What a handler returns for one response. */
export type Answer<T> = Partial<T> | Promise<Partial<T>>;

/** What may be given where many messages are sent. */
export type Items<T> = AsyncIterable<Partial<T>> | Iterable<Partial<T>>;
