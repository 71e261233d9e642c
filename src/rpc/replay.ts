import type { Writer } from "../bytes/writer.js";
import type { Codec } from "../codec/codec.js";
import { dismiss } from "./outgoing.js";
import type { Items, Method } from "./service.js";

/** The most bytes of a stream's requests that are kept in case the peer never runs the call. */
const MAX_KEPT_BYTES = 64 * 1024;
/** What each of them takes beside its bytes, about. */
const OVERHEAD_BYTES = 64;

type Source<Req> = AsyncIterator<Partial<Req>> | Iterator<Partial<Req>>;

/** A request that is encoded already. */
class Encoded {
  constructor(readonly bytes: Uint8Array) {}
}

/** `request` as bytes of its own, for `replayed`: what is lent to it ends, and may be another message's by then. */
export function encoded<Req>(codec: Codec<Req>, request: Partial<Req>): Partial<Req> {
  return request instanceof Encoded ? request : (new Encoded(codec.toBytes(request)) as object);
}

/** `method`, whose requests may be encoded already. */
export function replayed<Req, Res>(method: Method<Req, Res>): Method<Req, Res> {
  const { request } = method;
  const encode = (value: Partial<Req> | Encoded, writer: Writer): void =>
    value instanceof Encoded ? writer.put(value.bytes) : request.encode(value, writer);
  const codec = Object.create(request, { encode: { value: encode } }) as Codec<Req>;
  return { ...method, request: codec };
}

/**
 * The requests of a streaming call, which can be iterated over once more from their start until too many were taken or the
 * call is known to run. What was taken is kept encoded, for whoever yields messages may use them again.
 */
export class Replay<Req> implements AsyncIterable<Partial<Req>> {
  /** Whether all that was taken is kept. */
  isWhole = true;
  private source: Source<Req> | undefined;
  /** What was taken, for whoever iterates next; who iterates now has it until that has got behind it. */
  private kept: Encoded[] = [];
  private keptBytes = 0;
  /** A message that was asked for and has not come, or never will: whoever iterates then is told why. */
  private pending: Promise<IteratorResult<Partial<Req>>> | undefined;
  /** Who iterates now. */
  private reader = 0;

  constructor(
    private readonly requests: Items<Req>,
    private readonly codec: Codec<Req>,
  ) {}

  /** The call runs: nothing is kept any more. */
  runs(): void {
    this.isWhole = false;
    this.kept = [];
  }

  /** Who iterates now does not end the requests when it stops. */
  rewind(): void {
    this.reader++;
  }

  [Symbol.asyncIterator](): AsyncIterator<Partial<Req>> {
    const { requests, kept } = this;
    const source = (this.source ??=
      Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]());
    const reader = ++this.reader;
    let at = 0;
    const next = (): Promise<IteratorResult<Partial<Req>>> => {
      const item: object | undefined = at < kept.length ? kept[at] : undefined;
      at++;
      if (item) return Promise.resolve({ done: false, value: item });
      if (this.pending) return this.pending;
      if (this.isWhole) return (this.pending = this.take(source, kept));
      kept.length = 0;
      return Promise.resolve(source.next());
    };
    return {
      next,
      return: async () => {
        if (reader === this.reader) await source.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  /** Takes a message and keeps it, also when it comes after `runs`: a later reader may still have to get to it. */
  private async take(source: Source<Req>, kept: Encoded[]): Promise<IteratorResult<Partial<Req>>> {
    let item: Encoded | undefined;
    try {
      const result = await source.next();
      if (!result.done) item = new Encoded(this.codec.toBytes(result.value));
    } catch (error) {
      // Nobody leaves an iterator that throws, but one that yields what does not encode goes on to wait.
      void dismiss(this);
      throw error;
    }
    this.pending = undefined;
    if (!item) return { done: true, value: undefined };
    kept.push(item);
    this.keptBytes += item.bytes.length + OVERHEAD_BYTES;
    if (this.keptBytes > MAX_KEPT_BYTES) this.isWhole = false;
    return { done: false, value: item as object };
  }
}
