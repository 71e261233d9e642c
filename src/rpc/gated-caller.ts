import { MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { CallOptions } from "./call.js";
import type { Caller, Items, Method, Stream } from "./service.js";

/** A caller whose first calls wait until they are admitted; the wait counts for their deadlines. */
export class GatedCaller implements Caller {
  private isOpen = false;

  /** @param admit resolves when calls may go on, rejects with why not; is asked again until it resolves. */
  constructor(
    private readonly caller: Caller,
    private readonly clock: Clock,
    private readonly admit: () => Promise<void>,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return this.pass(method, options, (left) => this.caller.unary(method, request, left));
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    if (this.isOpen) return this.caller.serverStream(method, request, options);
    return new LateStream(this.pass(method, options, (left) => this.caller.serverStream(method, request, left)));
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return this.pass(method, options, (left) => this.caller.clientStream(method, requests, left), requests);
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    if (this.isOpen) return this.caller.duplex(method, requests, options);
    return new LateStream(this.pass(method, options, (left) => this.caller.duplex(method, requests, left), requests));
  }

  private async pass<T>(
    { path }: { readonly path: string },
    options: CallOptions | undefined,
    call: (left: CallOptions | undefined) => T | Promise<T>,
    requests?: Items<unknown>,
  ): Promise<T> {
    if (this.isOpen || isOver(options)) return call(options);
    const start = this.clock.now();
    try {
      await this.wait(path, options);
    } catch (error) {
      dismiss(requests);
      throw error;
    }
    this.isOpen = true;
    const timeoutMs = (options?.timeoutMs ?? Infinity) - (this.clock.now() - start);
    return call({ ...options, timeoutMs });
  }

  /** Waits to be admitted, until the deadline of the call passes or its signal aborts. */
  private wait(path: string, { timeoutMs = Infinity, signal }: CallOptions = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (code: "cancelled" | "deadline_exceeded", why: string): void =>
        reject(new MillraceError(code, `${path} ${why} while it waited for the peer's schema`));
      const aborted = (): void => fail("cancelled", "was cancelled by its signal");
      const expired = (): void => fail("deadline_exceeded", `was not answered within ${timeoutMs} ms, and ended`);
      const timer = timeoutMs === Infinity ? undefined : this.clock.after(timeoutMs, expired);
      signal?.addEventListener("abort", aborted);
      const done = (): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", aborted);
      };
      void this.admit().then(resolve, reject).finally(done);
    });
  }
}

/** A stream of a call that has not been made yet. */
class LateStream<T> implements Stream<T> {
  constructor(private readonly stream: Promise<Stream<T>>) {
    stream.catch(() => {});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    return (await this.stream).next();
  }

  async return(): Promise<IteratorResult<T>> {
    const none: IteratorResult<T> = { done: true, value: undefined };
    return this.stream.then((stream) => stream.return?.() ?? none).catch(() => none);
  }

  async *batches(): AsyncGenerator<T[], void, undefined> {
    yield* (await this.stream).batches();
  }
}

/** Whether a call fails before anything is sent: its caller says why. */
function isOver({ timeoutMs = Infinity, signal }: CallOptions = {}): boolean {
  return !(timeoutMs > 0) || signal?.aborted === true;
}

/** Tells who writes the requests that nobody takes them. */
function dismiss(requests: Items<unknown> | undefined): void {
  if (requests && Symbol.asyncIterator in requests)
    void requests[Symbol.asyncIterator]()
      .return?.()
      .catch(() => {});
}
