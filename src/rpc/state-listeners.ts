import { MillraceError } from "../error.js";
import type { Runtime } from "../link/runtime.js";
import type { LinkState, StateListener } from "./link.js";

const NOBODY: readonly StateListener[] = [];

/** Who is told of a link's changes, in the order they came. */
export class StateListeners {
  private all = NOBODY;
  private reason: MillraceError | undefined;
  private whenClosed: Promise<MillraceError> | undefined;
  /** How many changes there were. */
  private changes = 0;

  constructor(private readonly runtime: Runtime) {}

  /** Resolves with the reason when the link is closed. Made when it is first asked for: of most links, it never is. */
  get closed(): Promise<MillraceError> {
    return (this.whenClosed ??= new Promise((resolve) => {
      if (this.reason) resolve(this.reason);
      else this.add((state, reason) => state === "closed" && resolve(reason!));
    }));
  }

  /** Returns what ends that `listener` is told; one that is added twice is told twice, until each has ended. */
  add(listener: StateListener): () => void {
    const own = listener.bind(undefined);
    this.all = [...this.all, own];
    return () => {
      this.all = this.all.filter((other) => other !== own);
    };
  }

  /**
   * Tells all that are still there; what one throws is reported. When one of them makes the state another one, those behind it
   * are told of that alone: what they hear last is what is.
   */
  tell(state: LinkState, reason?: MillraceError, retryInMs?: number): void {
    const change = ++this.changes;
    if (state === "closed") this.reason = reason;
    for (const listener of this.all) {
      if (change !== this.changes) return;
      if (this.all.includes(listener)) this.tellOne(listener, state, reason, retryInMs);
    }
  }

  private tellOne(listener: StateListener, state: LinkState, reason?: MillraceError, retryInMs?: number): void {
    try {
      listener(state, reason, retryInMs);
    } catch (error) {
      this.runtime.report(error, "a listener to a link's state");
    }
  }
}
