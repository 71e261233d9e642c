import { Credit, Failure, Grant } from "./credit.js";
import { Flag, type Frame, Kind, type Limits, textOf } from "./frame.js";

/** What a call needs of its connection. */
interface Sender {
  readonly peer: Limits;
  readonly limits: Limits;
  write(kind: number, parts: Partial<Omit<Frame, "kind" | "length">>): void;
  message(call: Call, kind: number, parts: Partial<Frame>): Promise<void>;
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
    private readonly client: Sender,
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
