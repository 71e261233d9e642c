import { MillraceError, printable } from "../error.js";
import type { Timer } from "../link/clock.js";
import { unavailable } from "../link/life.js";
import type { Runtime } from "../link/runtime.js";
import type { Receiver, Transport } from "../link/transport.js";

/** How often a socket that took more than it has sent is looked at: it has no event for that. */
const POLL_MS = 4;

/** Bytes that the socket took. */
interface Write {
  /** What has to have been sent, since the start, for these to be out. */
  readonly end: number;
  readonly written: () => void;
}

/**
 * One of the browser's WebSockets under a link: each binary message holds whole frames. It copies what it is given to send,
 * and says in `bufferedAmount` how much of that has not gone out; it cannot stop reading, so what comes in is held back by
 * credit alone. Who logs it, as the peer that it is to handlers, gets no more than its address.
 */
export class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  readonly #runtime: Pick<Runtime, "clock" | "schedule">;
  #receiver!: Receiver;
  /** What was given before the socket was open; there is none from then on. */
  #early: (() => void)[] | undefined = [];
  readonly #writes: Write[] = [];
  #sentBytes = 0;
  #isLooking = false;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(
    readonly address: string,
    socket: WebSocket,
    runtime: Pick<Runtime, "clock" | "schedule">,
  ) {
    this.#socket = socket;
    this.#runtime = runtime;
    socket.binaryType = "arraybuffer";
  }

  attach(receiver: Receiver): void {
    this.#receiver = receiver;
    this.#socket.addEventListener("open", () => this.onOpen());
    this.#socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => this.onMessage(data));
    this.#socket.addEventListener("close", ({ code, reason }) => this.closed(this.failure(code, reason)));
    this.#socket.addEventListener("error", () => this.onError());
  }

  write(bytes: Uint8Array, written: () => void): void {
    if (this.#early) {
      this.#early.push(() => this.write(bytes, written));
      return;
    }
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
    this.#sentBytes += bytes.length;
    this.#writes.push({ end: this.#sentBytes, written });
    if (!this.#isLooking) this.#runtime.schedule(() => this.lookAgain());
    this.#isLooking = true;
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.#socket.close();
  }

  /** A browser goes on to say goodbye for a while to a peer that does not answer; the link does not wait for that. */
  destroy(): void {
    this.#socket.close();
    this.#runtime.schedule(() => this.closed());
  }

  private onOpen(): void {
    const early = this.#early!;
    this.#early = undefined;
    for (const write of early) write();
  }

  /**
   * Ends what could not be opened, behind which no close comes where a page's own policy forbids it. A browser tells a page no
   * more, lest it explores networks: the message names what there is to check.
   */
  private onError(): void {
    if (!this.#early) return;
    const toCheck = `is the server running there, is "${globalThis.origin}" one of its origins, is the browser online? See its console`;
    this.closed(unavailable(`${this.address} cannot be opened: ${toCheck}`));
  }

  private onMessage(data: unknown): void {
    if (this.#isClosed) return;
    if (data instanceof ArrayBuffer) this.#receiver.receive(new Uint8Array(data));
    else {
      const detail = "a WebSocket text message: millrace sends binary ones only";
      this.#receiver.refuse(new MillraceError("invalid_argument", detail));
    }
    if (this.#writes.length > 0) this.look();
  }

  /** Looks until all is out: mostly once, in the next task, when the browser has handed on what it was given. */
  private lookAgain(): void {
    this.look();
    this.#isLooking = this.#writes.length > 0 && !this.#isClosed;
    if (this.#isLooking) this.#timer = this.#runtime.clock.after(POLL_MS, () => this.lookAgain());
  }

  /** Tells whose bytes are out. */
  private look(): void {
    const writes = this.#writes;
    const outBytes = this.#sentBytes - this.#socket.bufferedAmount;
    while (writes.length > 0 && writes[0].end <= outBytes) writes.shift()!.written();
  }

  private closed(reason?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#receiver.closed(reason);
  }

  /** Why the peer closed what was open. */
  private failure(code: number, reason: string): MillraceError | undefined {
    // What a peer says that has nothing to complain about, or that says nothing.
    if (code === 1000 || code === 1005) return undefined;
    const said = reason === "" ? "" : `: ${printable(reason)}`;
    const detail = code === 1006 ? "the connection broke" : `the peer closed the WebSocket with code ${code}${said}`;
    return unavailable(`${this.address}: ${detail}`);
  }
}

/** Opens a WebSocket. Throws `invalid_argument` for a URL that is none, or that this page may not open. */
export function openWebSocket(url: string): WebSocket {
  if (!/^wss?:\/\/./.test(url)) {
    const known = /^(?:tcp|tls|unix):/.test(url) ? "cannot be reached from a browser" : "is not an address";
    throw new MillraceError("invalid_argument", `"${url}" ${known}: write ws://host:port or wss://host:port`);
  }
  try {
    return new WebSocket(url);
  } catch (error) {
    const isForbidden = (error as Error).name === "SecurityError";
    const detail = isForbidden
      ? "may not be opened by a page of https://: use wss://"
      : "is not an address: see the cause";
    throw new MillraceError("invalid_argument", `"${url}" ${detail}`, { cause: error });
  }
}
