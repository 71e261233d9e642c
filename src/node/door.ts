import net from "node:net";
import type { Clock, Timer } from "../link/clock.js";
import { BLOCKED_MS } from "../link/life.js";
import type { Limits } from "../link/limits.js";
import { type Address, formatUrl } from "./address.js";
import { socketError } from "./failure.js";
import type { Reading, Start } from "./socket.js";

/** Connections the system may hold ready until this process gets to them. */
const BACKLOG = 4096;

/** What a listener needs to know of the server it lets connections into. */
export interface Door {
  readonly accept: Start;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly reading: Reading;
}

/** Waits until `server` listens. Rejects with `unavailable` when it cannot. */
export function listening(server: net.Server, where: net.ListenOptions, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on("error", (error) => reject(socketError(error, url)));
    server.listen({ ...where, backlog: BACKLOG }, resolve);
  });
}

/** Waits until `server` listens on a port; returns the URL, with the port that 0 stood for. */
export async function listeningOnPort(server: net.Server, protocol: string, { host, port }: Address): Promise<string> {
  await listening(server, { host, port }, formatUrl(protocol, host, port));
  return formatUrl(protocol, host, (server.address() as net.AddressInfo).port);
}

/** Lets nobody in any more; resolves when all connections are closed. */
export function closeServer(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

interface Arrival {
  readonly socket: net.Socket;
  deadline: Timer | undefined;
}

/**
 * The connections of one server that are no links yet, because TLS or the WebSocket's upgrade is under way.
 * Each has `handshakeTimeoutMs`, and when there are more than `maxHandshakes`, the oldest is closed.
 */
export class Arrivals {
  private readonly waiting = new Map<string, Arrival>();

  constructor(
    server: net.Server,
    private readonly door: Door,
  ) {
    server.on("connection", (socket: net.Socket) => this.arrive(socket));
  }

  /**
   * Notes that a connection is a link now. `socket` may be the one that TLS put on top of the accepted one: all that
   * the two have in common is where they come from and where they came to.
   */
  passed(socket: net.Socket): void {
    this.forget(endsOf(socket));
  }

  /** Closes all. */
  close(): void {
    for (const { socket } of this.waiting.values()) socket.destroy();
  }

  private arrive(socket: net.Socket): void {
    const ends = endsOf(socket);
    this.forget(ends);
    const arrival: Arrival = { socket, deadline: undefined };
    this.waiting.set(ends, arrival);
    this.watch(arrival);
    socket.once("close", () => {
      if (this.waiting.get(ends) === arrival) this.forget(ends);
    });
    if (this.waiting.size <= this.door.limits.maxHandshakes) return;
    const [oldest] = this.waiting;
    this.forget(oldest[0]);
    oldest[1].socket.destroy();
  }

  private watch(arrival: Arrival, isAgain = false): void {
    const { clock, limits } = this.door;
    const due = clock.now() + limits.handshakeTimeoutMs;
    arrival.deadline = clock.after(limits.handshakeTimeoutMs, () => {
      // A process that was blocked may not have read what had come by then: once, the peer gets the time again.
      if (clock.now() - due > BLOCKED_MS && !isAgain) this.watch(arrival, true);
      else arrival.socket.destroy();
    });
  }

  private forget(ends: string): void {
    this.waiting.get(ends)?.deadline?.cancel();
    this.waiting.delete(ends);
  }
}

/** The two ends of a connection: who has several addresses to come to may come to each from the same port. */
function endsOf({ localAddress, remoteAddress, remotePort }: net.Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`;
}
