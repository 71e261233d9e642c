import { connect, type Socket } from "node:net";
import { Call } from "./call.js";
import { Credit, Failure, Grant } from "./credit.js";
import { Entry, entry, Flag, type Frame, frame, hello, idOf, Kind, type Limits, readHello } from "./frame.js";
import { Splitter, textOf } from "./frame.js";

/** How far a sender may overdraw credit, how much of a stream the link does not count, and the longest frame sent here. */
const FREE_BYTES = 16_384;
const MESSAGES = 2 ** 31;
const DEFAULTS: Limits = {
  maxFrameBytes: 65_536,
  maxMessageBytes: 16_777_216,
  streamWindowBytes: 65_536,
  linkWindowBytes: 262_144,
  messageWindowBytes: 65_536,
  maxStreams: 100,
};

/** A client of a millrace server over TCP. */
export class Client {
  static connect(port: number, limits: Partial<Limits> = {}): Promise<Client> {
    return new Promise((resolve, reject) => {
      const client: Client = new Client(connect(port, "127.0.0.1"), { ...DEFAULTS, ...limits }, () => resolve(client));
      client.closed.then(reject, reject);
    });
  }

  peer!: Limits;
  draining = false;
  pings = 0;
  onMessage: (type: number, payload: Uint8Array) => void = () => {};
  readonly closed: Promise<Failure>;
  readonly #calls = new Map<number, Call>();
  readonly #generations = new Map<number, number>();
  readonly #linkGrant: Grant;
  readonly #messageGrant: Grant;
  #linkCredit!: Credit;
  #messageCredit!: Credit;
  #messageParts: Frame[] = [];
  #waiting: (() => void)[] = [];
  #opened = 0;
  #end!: (failure: Failure) => void;

  private constructor(
    readonly socket: Socket,
    readonly limits: Limits,
    private readonly ready: () => void,
  ) {
    this.closed = new Promise((resolve) => (this.#end = resolve));
    this.#linkGrant = new Grant(limits.linkWindowBytes, (aux) => this.write(Kind.CREDIT, { aux }));
    this.#messageGrant = new Grant(limits.messageWindowBytes, (aux) =>
      this.write(Kind.CREDIT, { stream: MESSAGES, aux }),
    );
    socket.setNoDelay();
    const splitter = new Splitter();
    socket.on("data", (chunk: Buffer) => {
      for (const received of splitter.push(chunk)) this.#receive(received);
    });
    socket.on("error", () => {});
    socket.on("close", () => this.#close(new Failure(14, "the connection is closed")));
    socket.write(hello(limits));
  }

  /** Opens a call; with a request it is the only one, without one requests are sent on the call. */
  async open(method: string, request?: Uint8Array, timeoutMs?: number): Promise<Call> {
    if (this.draining) throw new Failure(14, "the server takes no more calls");
    let slot = 1;
    while ([...this.#calls.keys()].some((id) => id % 2 ** 20 === slot)) slot++;
    if (slot > this.peer.maxStreams) throw new Failure(8, "too many calls at once");
    const generation = ((this.#generations.get(slot) ?? -1) + 1) % 2048;
    this.#generations.set(slot, generation);
    const call = new Call(this, generation * 2 ** 20 + slot, ++this.#opened);
    this.#calls.set(call.id, call);
    const flags = request ? Flag.END : 0;
    const ext = timeoutMs === undefined ? undefined : entry(Entry.DEADLINE, timeoutMs);
    if (timeoutMs !== undefined) setTimeout(() => call.reset(4), timeoutMs).unref();
    const parts = { stream: call.id, flags, aux: idOf(method), payload: request ?? new Uint8Array() };
    await this.message(call, Kind.OPEN, ext ? { ...parts, ext } : parts);
    return call;
  }

  /** Sends a one-way message. */
  send(type: string, payload: Uint8Array): Promise<void> {
    return this.message(undefined, Kind.MESSAGE, { aux: idOf(type), payload });
  }

  write(kind: number, parts: Partial<Omit<Frame, "kind" | "length">>): void {
    this.socket.write(frame(kind, parts));
  }

  /** Sends one message, in fragments if it is long, each when there is credit for it. */
  async message(call: Call | undefined, kind: number, parts: Partial<Frame>): Promise<void> {
    const { flags = 0, aux = 0, stream = 0, ext = new Uint8Array(), payload = new Uint8Array() } = parts;
    const whole = 16 + ext.length + payload.length <= FREE_BYTES;
    const firstExt = whole ? ext : Buffer.concat([entry(Entry.SIZE, payload.length), ext]);
    const step = FREE_BYTES - 16 - firstExt.length;
    for (let at = 0; at === 0 || at < payload.length; at += step) {
      const last = at + step >= payload.length;
      const first = at === 0;
      const part = {
        stream,
        flags: last ? flags : Flag.MORE,
        aux: (first && kind === Kind.OPEN) || kind === Kind.MESSAGE || (last && kind === Kind.DATA) ? aux : 0,
        ext: first ? firstExt : new Uint8Array(),
        payload: payload.subarray(at, at + step),
      };
      const length = 16 + part.ext.length + part.payload.length;
      if (kind === Kind.MESSAGE || kind === Kind.DATA || !first) await this.#credit(call, length);
      if (call?.ended) return;
      this.write(first || kind === Kind.MESSAGE ? kind : Kind.DATA, part);
    }
    if (call && flags & Flag.END) call.ended = true;
    if (call) this.#settle(call);
  }

  async #credit(call: Call | undefined, length: number): Promise<void> {
    const counted = call !== undefined && call.sent >= FREE_BYTES;
    const own = call ? call.credit : this.#messageCredit;
    const mustWait = (): boolean => !call?.ended && !(own.open && (!counted || this.#linkCredit.open));
    while (mustWait()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    own.use(length);
    if (call) call.sent += length;
    if (counted) this.#linkCredit.use(length);
  }

  #receive(received: Frame): void {
    const { kind, flags, stream, aux, payload, length } = received;
    if (length > this.limits.maxFrameBytes) throw new Error(`a frame of ${length} bytes is longer than was accepted`);
    if (kind === Kind.RESET && stream === 0) this.#close(new Failure(aux, textOf(payload)));
    else if (!this.peer) this.#greeted(received);
    else if (kind === Kind.DATA) this.#data(received, this.#calls.get(stream));
    else if (kind === Kind.RESET) this.#reset(received, this.#calls.get(stream));
    else if (kind === Kind.CREDIT) this.#credited(stream, aux);
    else if (kind === Kind.MESSAGE) this.#message(received);
    else if (kind === Kind.DRAIN) this.#drain(aux);
    else if (kind === Kind.OPEN) this.write(Kind.DATA, { stream, flags: Flag.END, aux: 12 });
    else if (kind === Kind.PING) {
      this.pings++;
      this.write(Kind.PONG, { aux, flags: Flag.IGNORABLE });
    } else if (!(flags & Flag.IGNORABLE)) throw new Error(`a frame of unknown kind ${kind}`);
  }

  #greeted(received: Frame): void {
    this.peer = readHello(received);
    this.#linkCredit = new Credit(this.peer.linkWindowBytes);
    this.#messageCredit = new Credit(this.peer.messageWindowBytes);
    this.ready();
  }

  #data(received: Frame, call: Call | undefined): void {
    if (!call) return;
    if (call.received >= FREE_BYTES) this.#linkGrant.give(received.length);
    call.received += received.length;
    call.receive(received);
    // An answer that comes before the last request makes the requests pointless.
    if (call.over && !call.ended) {
      call.ended = true;
      this.write(Kind.RESET, { stream: call.id, aux: 1 });
    }
    this.#settle(call);
  }

  #reset({ aux, payload }: Frame, call: Call | undefined): void {
    if (!call) return;
    call.fail(new Failure(aux, textOf(payload)));
    call.over = true;
    if (!call.ended) this.write(Kind.RESET, { stream: call.id, aux: 1 });
    call.ended = true;
    this.#settle(call);
  }

  #credited(stream: number, total: number): void {
    const own = stream === MESSAGES ? this.#messageCredit : this.#calls.get(stream)?.credit;
    const credit = stream === 0 ? this.#linkCredit : own;
    if (credit) credit.total = total;
    this.#wakeSenders();
  }

  #message(received: Frame): void {
    this.#messageParts.push(received);
    this.#messageGrant.give(received.length);
    if (received.flags & Flag.MORE) return;
    this.onMessage(received.aux, Buffer.concat(this.#messageParts.map((part) => part.payload)));
    this.#messageParts = [];
  }

  /** Calls after the first `accepted` never ran. */
  #drain(accepted: number): void {
    this.draining = true;
    const failure = new Failure(14, "the server took no more calls");
    for (const call of this.#calls.values()) if (call.ordinal > accepted) call.fail(failure);
  }

  #settle(call: Call): void {
    if (call.ended && call.over) this.#calls.delete(call.id);
    this.#wakeSenders();
  }

  #wakeSenders(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #close(failure: Failure): void {
    for (const call of this.#calls.values()) call.fail(new Failure(14, failure.message));
    this.#end(failure);
    this.socket.destroy();
  }

  /** Ends the connection as an ordinary close does. */
  close(): void {
    this.socket.end(frame(Kind.RESET, { aux: 1 }));
  }
}
