import type { CallOptions } from "./call.js";
import type { Caller, MethodInfo } from "./service.js";

/** A call that has failed with its connection, or that its peer did not run. */
export interface FailedCall {
  readonly method: MethodInfo;
  readonly options: CallOptions | undefined;
  /** Whether the peer did not run it, and never will. */
  readonly neverRan: boolean;
  /** Whether the connection is gone, so that nobody knows how far the call came. */
  readonly isLost: boolean;
  /** Whether an answer has come. */
  readonly isAnswered: boolean;
}

/** Finds who makes a call once more; `gone` aborts when the call waits for that no longer. */
export type FindCaller = (gone: AbortSignal) => Promise<Caller>;

/** Decides which calls are made once more. */
export interface Retry {
  /** `undefined` for a call that is not. */
  again(call: FailedCall): FindCaller | undefined;
  /** A call of an idempotent method has succeeded. */
  succeeded(): void;
}
