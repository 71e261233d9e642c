import type { SharedFrames } from "./shared-frames.js";

/** What a peer proved to be by the certificate it showed in TLS, which was verified. */
export interface PeerCertificate {
  /** The parts of its distinguished name: `["O=Example", "CN=worker-7"]`. */
  readonly subject: readonly string[];
  /** Its names, each with its type: `["DNS:worker-7.example", "URI:spiffe://example/worker"]`. */
  readonly subjectAltNames: readonly string[];
  /** SHA-256 of the certificate, in hexadecimal: `"AB:CD:…"`. */
  readonly fingerprint256: string;
}

/** What a link asks of a TCP socket, a WebSocket or a pipe in memory. */
export interface Transport {
  /** Who is at the other end: `tcp://127.0.0.1:54321`. */
  readonly address: string;
  /** Who the other end proved to be; known when its first bytes come in. */
  readonly certificate?: PeerCertificate | undefined;
  /** Sends `bytes`, which are borrowed until `written` is called; `written` calls come in the order of the writes. */
  write(bytes: Uint8Array, written: () => void): void;
  /** As `write`, of frames that other transports write too; one that puts something around them has that made once for all. */
  writeShared?(frames: SharedFrames, written: () => void): void;
  /** Reads no more until `resume`; what was read already may still come. A transport that cannot goes on. */
  pause(): void;
  resume(): void;
  /** Closes after everything written has been sent. */
  end(): void;
  /** Closes now. */
  destroy(): void;
}

/** What a transport tells its link. None of these throw. */
export interface Receiver {
  /** The memory to read into next, for transports that can; then `filled` says how much was read. */
  window(): Uint8Array;
  filled(count: number): void;
  /** Bytes in memory that nobody writes to any more. */
  receive(chunk: Uint8Array): void;
  /** Refuses what the transport itself found wrong: tells the peer why and closes. */
  refuse(reason: Error): void;
  /** The transport is closed; the last call. */
  closed(reason?: Error): void;
}
