import { connect, type Socket } from "node:net";
import { Entry, entry, Flag, type Frame, frame, hello, idOf, Kind, type Limits, textOf } from "./frame.js";
import { readHello, Splitter } from "./frame.js";

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

/** How a call or the connection ended: a status of docs/wire.md and its text. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
  }
}

/** What may still be sent: a cumulative total, mod 2³², less what was sent. */
class Credit {
  #sent = 0;
  constructor(public total: number) {}
  get open(): boolean {
    return ((this.total - this.#sent) | 0) > 0;
  }
  use(bytes: number): void {
    this.#sent = (this.#sent + bytes) | 0;
  }
}

/** Gives credit back in steps of a quarter of the window. */
class Grant {
  #given = 0;
  #pending = 0;
  constructor(
    private readonly window: number,
    private readonly send: (total: number) => void,
  ) {}
  give(bytes: number): void {
    this.#pending += bytes;
    if (this.#pending < this.window / 4) return;
    this.#given += this.#pending;
    this.#pending = 0;
    this.send(this.window + this.#given);
  }
}

/** One call: send its requests, iterate over its answers. */
export class Call implements AsyncIterable<Uint8Array> {
  readonly credit: Credit;
  readonly grant: Grant;
  sent = 0;
  received = 0;
  ended = false;
  over = false;
  #failure: Failure | undefined;
  #parts: Frame[] = [];
  #items: { payload: Uint8Array; cost: number }[] = [];
  #wake = (): void => {};

  constructor(
    readonly client: Client,
    readonly id: number,
    readonly ordinal: number,
  ) {
    this.credit = new Credit(client.peer.streamWindowBytes);
    this.grant = new Grant(client.limits.streamWindowBytes, (aux) => client.write(Kind.CREDIT, { stream: id, aux }));
  }

  send(payload: Uint8Array): Promise<void> {
    return this.client.message(this, Kind.DATA, { stream: this.id, payload });
  }

  end(): Promise<void> {
    return this.client.message(this, Kind.DATA, { stream: this.id, flags: Flag.END });
  }

  /** Gives the call up; the peer answers with RESET or has ended already. */
  reset(status: number): void {
    if (this.over) return;
    this.fail(new Failure(status, "given up by the caller"));
    this.ended = true;
    this.client.write(Kind.RESET, { stream: this.id, aux: status });
  }

  fail(failure: Failure): void {
    this.#failure ??= failure;
    this.#wake();
  }

  receive(data: Frame): void {
    this.#parts.push(data);
    if (data.flags & Flag.MORE) return this.grant.give(data.length);
    const payload = Buffer.concat(this.#parts.map((part) => part.payload));
    this.#parts = [];
    if (data.flags & Flag.END) this.over = true;
    if (data.aux !== 0) return this.fail(new Failure(data.aux, textOf(payload)));
    this.#items.push({ payload, cost: data.length });
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    while (this.#items.length > 0 || !(this.over || this.#failure)) {
      const item = this.#items.shift();
      if (!item) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (!this.over || this.#items.length > 0 || item.payload.length > 0) {
        yield item.payload;
        this.grant.give(item.cost);
      }
    }
    if (this.#failure) throw this.#failure;
  }

  /** The one answer of a method that does not stream its answers. */
  async answer(): Promise<Uint8Array> {
    while (!this.over && !this.#failure) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure) throw this.#failure;
    return this.#items[0].payload;
  }
}

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
    while (!call?.ended && !(own.open && (!counted || this.#linkCredit.open))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    own.use(length);
    if (call) call.sent += length;
    if (counted) this.#linkCredit.use(length);
  }

  #receive(received: Frame): void {
    const { kind, flags, stream, aux, payload, length } = received;
    if (length > this.limits.maxFrameBytes) throw new Error(`a frame of ${length} bytes is longer than was accepted`);
    const call = this.#calls.get(stream);
    if (!this.peer && kind !== Kind.RESET) {
      this.peer = readHello(received);
      this.#linkCredit = new Credit(this.peer.linkWindowBytes);
      this.#messageCredit = new Credit(this.peer.messageWindowBytes);
      this.ready();
    } else if (kind === Kind.DATA && call) {
      if (call.received >= FREE_BYTES) this.#linkGrant.give(length);
      call.received += length;
      call.receive(received);
      // An answer that comes before the last request makes the requests pointless.
      if (call.over && !call.ended) {
        call.ended = true;
        this.write(Kind.RESET, { stream, aux: 1 });
      }
      this.#settle(call);
    } else if (kind === Kind.RESET) {
      const failure = new Failure(aux, textOf(payload));
      if (stream === 0) return this.#close(failure);
      if (!call) return;
      call.fail(failure);
      call.over = true;
      if (!call.ended) this.write(Kind.RESET, { stream, aux });
      call.ended = true;
      this.#settle(call);
    } else if (kind === Kind.CREDIT) {
      const credit = stream === 0 ? this.#linkCredit : stream === MESSAGES ? this.#messageCredit : call?.credit;
      if (credit) credit.total = aux;
      this.#wakeSenders();
    } else if (kind === Kind.PING) {
      this.pings++;
      this.write(Kind.PONG, { aux, flags: Flag.IGNORABLE });
    } else if (kind === Kind.DRAIN) this.#drain(aux);
    else if (kind === Kind.MESSAGE) {
      this.#messageParts.push(received);
      this.#messageGrant.give(length);
      if (flags & Flag.MORE) return;
      this.onMessage(aux, Buffer.concat(this.#messageParts.map((part) => part.payload)));
      this.#messageParts = [];
    } else if (kind === Kind.OPEN) this.write(Kind.DATA, { stream, flags: Flag.END, aux: 12 });
    else if (!(flags & Flag.IGNORABLE)) throw new Error(`a frame of unknown kind ${kind}`);
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
