import type { Writer } from "../bytes/writer.js";
import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
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
      const response = await this.handler(request, this);
      while (!this.isOver && this.connection.isFull) await this.connection.sender.turns.waitToAnswer(this);
      this.respond(response);
    } catch (error) {
      this.failWith(error);
    }
    this.settle();
  }

  private respond(response: Partial<Res>): void {
    if (this.isOver) return;
    do encodeAnswer(this.method.response, response, this.claimEnd());
    while (!this.commitEnd(0));
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
    this.outgoing = new Outgoing(connection, this, (item, writer) => encodeAnswer(method.response, item, writer));
  }

  override onReady(): void {
    this.outgoing.resume();
  }

  protected async handle(frame: Frame): Promise<void> {
    try {
      const request = this.read(this, this.method.request, frame);
      await this.outgoing.pump(this.handler(request, this));
      if (!this.isOver) this.respondEnd();
    } catch (error) {
      this.failWith(error);
    }
    this.settle();
  }

  private respondEnd(): void {
    do this.claimEnd();
    while (!this.commitEnd(0));
    this.over();
  }

  protected override over(): boolean {
    const first = super.over();
    this.outgoing.leave();
    return first;
  }
}

/**
 * Encodes what a handler gave. What its codec refuses is no fault of the caller's: it is thrown as an error of which
 * callers are told nothing but `internal`.
 */
export function encodeAnswer<Res>(response: Codec<Res>, value: Partial<Res>, writer: Writer): void {
  try {
    response.encode(value, writer);
  } catch (error) {
    throw new TypeError(`the answer does not encode: ${MillraceError.from(error).text}`, { cause: error });
  }
}

/** Reads the one request of a call from its OPEN frame. */
export function readOne<Req>(call: ServerCall, codec: Codec<Req>, frame: Frame): Req {
  if (frame.isEnd) return call.readRequest(codec, frame);
  throw new MillraceError("invalid_argument", `${call.path} takes one request, in the OPEN frame`);
}

/** Makes the stream that the requests of a call come in on. */
export function readMany<Req>(call: ServerCall, codec: Codec<Req>, frame: Frame): Stream<Req> {
  return call.receiveMany(codec, frame);
}
