import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag } from "../frame/header.js";
import type { Connection } from "../link/connection.js";
import type { Call } from "./call.js";
import { Outgoing } from "./outgoing.js";
import { type ReadRequest, ServerCall } from "./server-call.js";
import type { Answer, Items, Method, Stream } from "./service.js";

/** Answers a call with the one message that `handler` returns. `In` is a request, or a stream of them. */
export class ServerAnswer<Req, Res, In> extends ServerCall {
  constructor(
    connection: Connection,
    private readonly method: Method<Req, Res>,
    private readonly read: ReadRequest<Req, In>,
    private readonly handler: (request: In, call: Call) => Answer<Res>,
  ) {
    super(connection, method.path);
  }

  protected async handle(frame: Frame): Promise<void> {
    try {
      const request = this.read(this, this.method.request, frame);
      this.respond(await this.handler(request, this));
    } catch (error) {
      this.failWith(error);
    }
  }

  private respond(response: Partial<Res>): void {
    if (this.isOver) return;
    do this.method.response.encode(response, this.connection.claim());
    while (!this.connection.sender.commitData(this, Flag.END, 0, 0));
    this.over();
  }
}

/** Answers a call with each message that the iterable of `handler` yields. */
export class ServerAnswers<Req, Res, In> extends ServerCall {
  private readonly outgoing: Outgoing<Res>;

  constructor(
    connection: Connection,
    private readonly method: Method<Req, Res>,
    private readonly read: ReadRequest<Req, In>,
    private readonly handler: (request: In, call: Call) => Items<Res>,
  ) {
    super(connection, method.path);
    this.outgoing = new Outgoing(connection, this, method.response);
  }

  override onReady(): void {
    this.outgoing.resume();
  }

  protected async handle(frame: Frame): Promise<void> {
    try {
      const request = this.read(this, this.method.request, frame);
      if (!(await this.outgoing.pump(this.handler(request, this)))) return;
      this.outgoing.end();
      this.over();
    } catch (error) {
      this.failWith(error);
    }
  }

  protected override over(): boolean {
    const first = super.over();
    this.outgoing.stop();
    return first;
  }
}

/** Reads the one request of a call from its OPEN frame. */
export function readOne<Req>(call: ServerCall, codec: Codec<Req>, frame: Frame): Req {
  if (frame.isEnd) return codec.decode(frame.reader);
  throw new MillraceError("invalid_argument", `${call.path} takes one request, in the OPEN frame`);
}

/** Makes the stream that the requests of a call come in on. */
export function readMany<Req>(call: ServerCall, codec: Codec<Req>, frame: Frame): Stream<Req> {
  return call.receiveMany(codec, frame);
}
