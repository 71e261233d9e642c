import type { Writer } from "../bytes/writer.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import * as Kind from "../frame/kind.js";
import { Feeds } from "../link/feeds.js";
import { ClientAnswers, unreadable } from "./client-answer.js";
import { Events } from "./events.js";
import type { Incoming } from "./incoming.js";
import { writeFrom } from "./position.js";
import type { SubscribeOptions, Subscription } from "./subscription.js";

/** The subscriber's end of a subscription: SUBSCRIBED, then the snapshot as DATA and EVENT after EVENT, with GAPs between. */
export class SubscribeCall<Req, Res> extends ClientAnswers<Req, Res> {
  get events(): Subscription<Res> {
    return this.own;
  }

  override onEvent(frame: Frame): void {
    if (this.isOver) return;
    try {
      if (frame.kind === Kind.EVENT) this.own.event(frame);
      else if (frame.kind === Kind.GAP) this.own.gap(frame);
      else this.own.subscribed(frame);
    } catch (error) {
      this.cancel(unreadable(this.method, error));
    }
  }

  protected override receiver(isLending: boolean, stopped: () => void): Incoming<Res> {
    const { connection } = this;
    connection.streams.subscriptions ??= new Feeds(connection);
    const options: SubscribeOptions | undefined = this.options;
    const lost = (error: MillraceError): void => this.lose(error);
    return new Events(connection, this, this.method.response, isLending, stopped, options, lost);
  }

  protected override writeExtra(writer: Writer): number {
    const options: SubscribeOptions | undefined = this.options;
    return writeFrom(writer, options?.from);
  }

  private get own(): Events<Res> {
    return this.incoming as Events<Res>;
  }

  /** Ends the subscription behind what has come. */
  private lose(error: MillraceError): void {
    this.over();
    this.connection.streams.reset(this, new MillraceError("cancelled", "events are missing"));
    this.incoming.end(error);
  }
}
