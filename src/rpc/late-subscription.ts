import { LateStream } from "./gated-caller.js";
import { forEach, type Position, type Subscription } from "./subscription.js";

/** A subscription that has not been made yet. */
export class LateSubscription<T> extends LateStream<T, Subscription<T>> implements Subscription<T> {
  private made: Subscription<T> | undefined;

  constructor(subscription: Promise<Subscription<T>>, gone: AbortController) {
    super(
      subscription.then((made) => (this.made = made)),
      gone,
    );
  }

  get offset(): number | undefined {
    return this.made?.offset;
  }

  get epoch(): number | undefined {
    return this.made?.epoch;
  }

  get position(): Position | undefined {
    return this.made?.position;
  }

  forEach(handler: (event: T, offset: number | undefined) => void | Promise<void>): Promise<void> {
    return forEach(this, handler);
  }
}
