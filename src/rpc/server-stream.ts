import { codeOf, MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag } from "../frame/header.js";
import type { Connection } from "../link/connection.js";
import { readReason } from "../link/reason.js";
import type { Call } from "./call.js";
import { ClientCall } from "./client-call.js";
import { Inbox } from "./inbox.js";
import { ServerCall } from "./server-call.js";
import type { Items, Method, Stream } from "./service.js";
import { unreadable } from "./unary.js";

type Waiter<T> = { resolve: (result: IteratorResult<T>) => void; reject: (error: MillraceError) => void };

/**
 * The caller's end of a server stream: an iterator over what arrives. Consuming grants the handler credit, so that
 * never more than one window (and one message) waits here.
 */
export class ClientStream<Req, Res> extends ClientCall<Req, Res> implements Stream<Res> {
  private readonly inbox = new Inbox<Res>();
  private readonly waiters: Waiter<Res>[] = [];
  private error: MillraceError | undefined;
  private consumedBytes = 0;
  private grantedConsumedBytes = 0;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Res>> {
    if (!this.inbox.isEmpty) {
      const { value, bytes } = this.inbox.shift();
      this.consumed(bytes);
      return Promise.resolve({ done: false, value });
    }
    if (this.error) return Promise.reject(this.takeError(this.error));
    if (this.isOver) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }));
  }

  /** Cancels the stream; what has arrived and was not consumed is dropped. */
  return(): Promise<IteratorResult<Res>> {
    this.inbox.clear();
    this.cancel(new MillraceError("cancelled", "the caller stopped reading the stream"));
    this.error = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  onData(frame: Frame): void {
    if (this.isOver) return;
    if (frame.aux !== 0) return this.onReset(new MillraceError(codeOf(frame.aux), readReason(frame)));
    if (frame.payloadBytes > 0 || !frame.isEnd) this.receive(frame);
    if (frame.isEnd && this.over()) this.settleWaiters();
  }

  protected failed(error: MillraceError): void {
    this.error = error;
    this.settleWaiters();
  }

  private receive(frame: Frame): void {
    if (this.inbox.bytes > this.connection.limits.streamWindowBytes) {
      return this.cancel(new MillraceError("resource_exhausted", `${this.method.path} sent more than it was granted`));
    }
    let value: Res;
    try {
      value = this.method.response.decode(frame.reader);
    } catch (error) {
      return this.cancel(unreadable(this.method, error));
    }
    const waiter = this.waiters.shift();
    if (!waiter) return this.inbox.push(value, frame.length);
    this.consumed(frame.length);
    waiter.resolve({ done: false, value });
  }

  private consumed(bytes: number): void {
    this.consumedBytes = (this.consumedBytes + bytes) | 0;
    const window = this.connection.limits.streamWindowBytes;
    if (((this.consumedBytes - this.grantedConsumedBytes) | 0) < window / 2) return;
    this.grantedConsumedBytes = this.consumedBytes;
    this.connection.grant(this, (this.consumedBytes + window) | 0);
  }

  private settleWaiters(): void {
    for (const waiter of this.waiters.splice(0)) {
      if (this.error) waiter.reject(this.takeError(this.error));
      else waiter.resolve({ done: true, value: undefined });
    }
  }

  /** An iterator throws once and is done then. */
  private takeError(error: MillraceError): MillraceError {
    this.error = undefined;
    return error;
  }
}

/** Sends what a handler's iterable yields, as fast as the caller's credit and the socket allow. */
export class ServerStream<Req, Res> extends ServerCall {
  private wake: (() => void) | undefined;

  constructor(
    connection: Connection,
    private readonly method: Method<Req, Res>,
    private readonly handler: (request: Req, call: Call) => Items<Res>,
  ) {
    super(connection, method.path);
  }

  onData(): void {}

  override onCredit(): void {
    if (this.credit > 0) this.wake?.();
  }

  protected handle(frame: Frame): void {
    const request = this.readRequest(this.method.request, frame);
    if (request !== undefined) void this.run(request);
  }

  protected override over(): boolean {
    const first = super.over();
    this.wake?.();
    return first;
  }

  private async run(request: Req): Promise<void> {
    try {
      for await (const item of this.handler(request, this)) {
        while (!this.isOver && this.mustWait) await this.room();
        if (this.isOver) return;
        this.sendItem(item);
      }
      this.finish();
    } catch (error) {
      this.failWith(error);
    }
  }

  private get mustWait(): boolean {
    return this.credit <= 0 || this.connection.isCongested;
  }

  private room(): Promise<void> {
    if (this.credit > 0) return this.connection.drained();
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private sendItem(item: Partial<Res>): void {
    do this.method.response.encode(item, this.connection.claim());
    while (!this.connection.commitData(this, 0, 0));
  }

  private finish(): void {
    if (this.isOver) return;
    this.connection.claim();
    this.connection.commitData(this, Flag.END, 0);
    this.over();
  }
}
