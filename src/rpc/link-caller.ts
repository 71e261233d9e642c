import type { Connection } from "../link/connection.js";
import type { CallOptions } from "./call.js";
import { ClientAnswer, ClientAnswers } from "./client-answer.js";
import type { Caller, Items, Method, Stream } from "./service.js";
import { SubscribeCall } from "./subscribe-call.js";
import type { SubscribeOptions, Subscription } from "./subscription.js";

/** Makes calls over one connection. */
export class LinkCaller implements Caller {
  constructor(private readonly connection: Connection) {}

  unary<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Promise<Res> {
    return new ClientAnswer(this.connection, method, options).startOne(request).response;
  }

  serverStream<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: CallOptions): Stream<Res> {
    return new ClientAnswers(this.connection, method, options).startOne(request).responses;
  }

  clientStream<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Promise<Res> {
    return new ClientAnswer(this.connection, method, options).startMany(requests).response;
  }

  duplex<Req, Res>(method: Method<Req, Res>, requests: Items<Req>, options?: CallOptions): Stream<Res> {
    return new ClientAnswers(this.connection, method, options).startMany(requests).responses;
  }

  subscribe<Req, Res>(method: Method<Req, Res>, request: Partial<Req>, options?: SubscribeOptions): Subscription<Res> {
    return new SubscribeCall(this.connection, method, options).startOne(request).events;
  }
}
