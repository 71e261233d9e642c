import { type Code, MillraceError } from "../error.js";
import type { Clock } from "../link/clock.js";
import type { ClientInterceptor, Next, ServerInterceptor, Step } from "../rpc/interceptor.js";

/** One call as it was seen at one end. */
export interface RecordedCall {
  /** `chat.Chat/Send` */
  readonly path: string;
  readonly startMs: number;
  readonly requests: object[];
  readonly answers: object[];
  /** How it ended: `ok`, the error's code, or `left` when the answers were not read to their end; `undefined` until then. */
  end: Code | "ok" | "left" | undefined;
  endMs: number | undefined;
}

/**
 * Remembers calls with what was asked and answered: give its `client` or `server` to a link or a server as an interceptor.
 * Messages are kept as they are, so that `bytes` fields which were lent to a handler are void once it has settled.
 */
export class CallRecorder {
  /** In the order in which they were made. */
  readonly calls: RecordedCall[] = [];
  readonly client: ClientInterceptor = (step, next) => this.record(step, next);
  readonly server: ServerInterceptor = (step, next) => this.record(step, next, "internal");

  /** @param clock tells when calls start and end. */
  constructor(private readonly clock: Clock) {}

  /** @param codeOfOthers how an error that has no code ends a call there. */
  private async *record<S extends Step>(step: S, next: Next<S>, codeOfOthers?: Code): AsyncGenerator<object> {
    const call: RecordedCall = {
      path: step.method.path,
      startMs: this.clock.now(),
      requests: [],
      answers: [],
      end: undefined,
      endMs: undefined,
    };
    this.calls.push(call);
    let end: RecordedCall["end"] = "left";
    try {
      const requests = { [Symbol.asyncIterator]: () => noting(step.requests, call.requests) };
      for await (const answer of next({ ...step, requests })) {
        call.answers.push(answer);
        yield answer;
      }
      end = "ok";
    } catch (error) {
      end = MillraceError.from(error, codeOfOthers).code;
      throw error;
    } finally {
      call.end = end;
      call.endMs = this.clock.now();
    }
  }
}

/** `items`, each noted in `seen` when it passes. */
async function* noting(items: AsyncIterable<object>, seen: object[]): AsyncGenerator<object> {
  for await (const item of items) {
    seen.push(item);
    yield item;
  }
}
