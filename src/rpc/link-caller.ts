import type { Connection } from "../link/connection.js";
import type { CallOptions } from "./call.js";
import { ClientAnswer, ClientAnswers } from "./client-answer.js";
import type { Retry } from "./retry.js";
import type { Caller, Items, Method, Stream, TopicMethod } from "./service.js";
import type { SubscribeOptions, Subscription } from "./subscription.js";

/** Makes calls over one connection. */
export class LinkCaller implements Caller {
  /** @param retry decides which of them are made once more, elsewhere; without it none are. */
  constructor(
    private readonly connection: Connection,
    private readonly retry?: Retry,
  ) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return new ClientAnswer(this.connection, method, options, this.retry).startOne(request).response;
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    return new ClientAnswers(this.connection, method, options, this.retry).startOne(request).responses;
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return new ClientAnswer(this.connection, method, options, this.retry).startMany(requests).response;
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    return new ClientAnswers(this.connection, method, options, this.retry).startMany(requests).responses;
  }

  subscribe<Req, Res>(
    topic: TopicMethod<Req, Res>,
    request: Partial<Req>,
    options?: SubscribeOptions,
  ): Subscription<Res> {
    return topic.subscribing.over(this.connection, topic, request, options);
  }
}
