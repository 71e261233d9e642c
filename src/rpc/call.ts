import type { PeerCertificate } from "../link/transport.js";
import type { Metadata } from "./metadata.js";

/** What a caller may say about one call. */
export interface CallOptions {
  /** Fails the call with `deadline_exceeded` after so many milliseconds; the handler sees its `signal` abort. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call when aborted: it fails with `cancelled`, and the handler sees its own `signal` abort. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The call, being answered by a handler, for which this one is made: it has no more time than is left to that one, and
   * is cancelled when that one ends before its answer.
   */
  readonly via?: Call | undefined;
  /**
   * Whether the call waits for a connection where there is none, until its deadline, or fails at once with `unavailable`, the
   * default; `connect` takes a default of its own. What `connect` made closing ends the wait, too.
   */
  readonly waitForReady?: boolean | undefined;
  /** Goes to the handler with the call, as its `call.metadata`. */
  readonly metadata?: Metadata | undefined;
  /** Told the metadata that came with the answer, if any, before the call settles or its stream ends. */
  readonly onAnswerMetadata?: ((metadata: Metadata) => void) | undefined;
  /**
   * Lets `bytes` of the answers be views of the memory they were received into, where they are the caller's own otherwise.
   * Those of a stream's item are valid until the next `next()` or `return()`, of a batch until the next is asked for or the
   * loop ends. A single answer is borrowed only where there is an `onBorrowed` too.
   */
  readonly bytes?: "borrowed" | undefined;
  /**
   * Told, before the call settles, what gives the memory of a single answer back; its `bytes` are valid until that is
   * called. Forgetting it costs memory, and nothing else. Not told where nothing was borrowed.
   */
  readonly onBorrowed?: ((release: () => void) => void) | undefined;
}

/** What a handler is told about the call it answers. */
export interface Call {
  /**
   * Aborts when the caller cancels, the deadline passes, the link closes, or interceptors have answered without waiting for the
   * handler; its reason is a `MillraceError`.
   */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline, 0 when it has passed, `Infinity` without one. */
  readonly remainingMs: number;
  /** What the caller sent beside the request. */
  readonly metadata: Metadata;
  readonly peer: Peer;
  /**
   * The `bytes` of a request may be views that are valid until the handler's promise settles (of its answers' iterable:
   * until that ends); of a stream of requests, until the next `next()` or `return()`, in `batches()` until the next batch is
   * asked for. This keeps those that are valid now, until the function returned is called. What is kept of a stream counts
   * against its window: who keeps as much as that is sent nothing more.
   */
  retain(): () => void;
  /**
   * Sends metadata with the end of the answer, also when that is an error; replaces what was set before.
   * Throws `internal` for keys, values and sizes that may not travel.
   */
  setAnswerMetadata(metadata: Metadata): void;
}

/** Who is at the other end of a link. */
export interface Peer {
  /** `tcp://127.0.0.1:54321`, `unix:///path`, `ws://…`, `memory://…` */
  readonly address: string;
  /** Who it proved to be by TLS; only there when it showed a certificate and that was verified. */
  readonly certificate?: PeerCertificate | undefined;
}
