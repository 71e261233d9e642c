import type { PeerCertificate } from "../link/transport.js";

/** What a caller may say about one call. */
export interface CallOptions {
  /** Fails the call with `deadline_exceeded` after so many milliseconds; the handler sees its `signal` abort. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the call when aborted: it fails with `cancelled`, and the handler sees its own `signal` abort. */
  readonly signal?: AbortSignal | undefined;
}

/** What a handler is told about the call it answers. */
export interface Call {
  /** Aborts when the caller cancels, the deadline passes or the link closes; its reason is a `MillraceError`. */
  readonly signal: AbortSignal;
  /** Milliseconds until the deadline, 0 when it has passed, `Infinity` without one. */
  readonly remainingMs: number;
  readonly peer: Peer;
}

/** Who is at the other end of a link. */
export interface Peer {
  /** `tcp://127.0.0.1:54321`, `unix:///path`, `ws://…`, `memory://…` */
  readonly address: string;
  /** Who it proved to be by TLS; only there when it showed a certificate and that was verified. */
  readonly certificate?: PeerCertificate | undefined;
}
