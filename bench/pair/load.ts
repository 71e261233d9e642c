import type { Identity } from "../../examples/support/identity.js";
import type { Sample } from "../suite.js";

export type Transport = "tcp" | "unix" | "tls" | "ws";

/** How a case loads its subject: so many connections, each with so many calls in flight, each of so many bytes. */
export interface Shape {
  readonly transport: Transport;
  readonly connections: number;
  readonly window: number;
  readonly payloadBytes: number;
  /** Of a case that sends the same to many: how many there are, how many events each gets in a turn, and how many do not read. */
  readonly fan?: { readonly subscribers: number; readonly events: number; readonly stopped?: number };
}

/** Where a server is to listen: on a free port, or at `path` if it is a Unix socket. */
export interface Site {
  readonly transport: Transport;
  readonly path: string;
  /** What a TLS server shows. */
  readonly identity?: Identity;
}

/** Where a server listens, and the certificate that its clients must trust. */
export interface Place {
  readonly url: string;
  readonly ca?: string;
}

/** A server that is up. */
export interface Serving {
  readonly url: string;
  /** What it measured by itself since it was asked last. */
  measured?(): Sample[];
}

/** One connection under load. */
export interface Driver {
  /** Calls made and answers received so far; items of a stream count as both. */
  readonly calls: number;
  readonly answers: number;
  /** Puts `window` calls in flight and makes another one for each answer; or has items streamed to it. */
  start(): void;
  /** Asks for no more and settles when all that was asked for is there. */
  rest(): Promise<void>;
  /** What it measured by itself since it was asked last. */
  measured?(): Sample[];
}

/** How one subject answers and how it calls; each side runs in a process of its own. Its module exports it as `peer`. */
export interface Peer {
  serve(site: Site): Promise<Serving>;
  connect(place: Place, shape: Shape): Promise<Driver>;
}

/** A subject of a suite, and the module that exports it. */
export interface PairSubject {
  readonly name: string;
  readonly module: URL;
}
