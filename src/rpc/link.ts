import type { Codec } from "../codec/codec.js";
import type { MillraceError } from "../error.js";
import type { State } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { Peer } from "./call.js";
import type { Verdict } from "./schema-compare.js";
import type { Service } from "./service.js";

/** What a link is now: one that a client made waits while there is no connection, for the next attempt to make one. */
export type LinkState = State | "waiting";

/** A way to a peer. Both ends can call, answer and send messages. What `connect` returns lasts longer than a connection. */
export interface Link {
  /** At a server: connecting → open → draining → closed; from every state also straight to closed. At a client see `connect`. */
  readonly state: LinkState;
  readonly peer: Peer;
  /** What it shares with other links of the process. */
  readonly runtime: Runtime;
  /** What went over this link so far, without what TCP or WebSocket add. */
  readonly stats: LinkStats;
  /** Resolves with the reason when the link is closed, from whichever side. */
  readonly closed: Promise<MillraceError>;
  /**
   * A typed stub for a service of the peer. Where both sides were generated from different schemas, its calls wait for the
   * verdict, and fail with `failed_precondition` when that is `refused`.
   */
  client<Client>(service: Service<Client, never>): Client;
  /**
   * Compares a service with the peer's: the peer is asked at most once a link. Rejects with `not_found` when the peer does
   * not serve it, and with what kept it from answering.
   */
  verdict(service: Service<unknown, never>): Promise<Verdict>;
  /**
   * Answers the peer's calls of a service over this link; at a server, before what that serves on all links.
   * Throws `already_exists` for a method served twice.
   */
  serve<Handlers>(service: Service<unknown, Handlers>, handlers: Handlers): void;
  /** Receives the one-way messages of one type over this link. */
  on<T>(type: Codec<T>, handler: MessageHandler<T>): void;
  /**
   * Sends a one-way message. `false` means accepted, but slow down: wait for `drained()`.
   * Throws `unavailable` when the link is closed and `resource_exhausted` when too much waits to be sent already.
   */
  send<T>(type: Codec<T>, message: Partial<T>): boolean;
  /** Resolves when the link is ready for more, and when it closes. */
  drained(): Promise<void>;
  /** Calls `listener` on each change of state. Returns what ends that. */
  onState(listener: StateListener): () => void;
  /**
   * Makes the next attempt to connect now instead of in `retryInMs`, but no sooner than 1 s after the last one failed; if
   * it fails, too, the waits start anew. Does nothing where no attempt is waited for, or where the server said when to come back.
   */
  retryNow(): void;
  /**
   * Makes and accepts no more calls, lets those under way finish, then closes; resolves when closed. It waits for calls that have
   * no end, too, as subscriptions have none: leave them before, or `close()`.
   */
  drain(): Promise<void>;
  /**
   * Sends what was accepted, for as long as the peer takes more at least every `pingTimeoutMs`, then closes. Calls under way fail
   * with `unavailable`.
   */
  close(): Promise<void>;
}

/**
 * Told of a link's changes: with the reason when it is `waiting` or `closed`, and when it is `waiting`, in how many
 * milliseconds the next attempt to connect is made.
 */
export type StateListener = (state: LinkState, reason?: MillraceError, retryInMs?: number) => void;

/** Bytes and frames of one link, both ways. */
export interface LinkStats {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of `bytesIn`, what had to be copied before a handler or caller got it. */
  readonly bytesCopied: number;
  readonly framesIn: number;
  readonly framesOut: number;
}

/**
 * What is done with a one-way message. Its `bytes` may be views that are valid until the handler returns or, if it
 * returns a promise, until that settles.
 * What it throws is reported and touches nothing else.
 */
export type MessageHandler<T> = (message: T, link: Link) => void | Promise<void>;
