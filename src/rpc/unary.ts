import { codeOf, MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import { Flag } from "../frame/header.js";
import type { Connection } from "../link/connection.js";
import { readReason } from "../link/reason.js";
import type { Call, CallOptions } from "./call.js";
import { ClientCall } from "./client-call.js";
import { ServerCall } from "./server-call.js";
import type { Answer, Method } from "./service.js";

/** Calls a unary method: OPEN+END with the request, DATA+END with the response or a status. */
export function callUnary<Req, Res>(
  connection: Connection,
  method: Method<Req, Res>,
  request: Partial<Req>,
  options: CallOptions | undefined,
): Promise<Res> {
  return new Promise((resolve, reject) => {
    new ClientUnary(connection, method, resolve, reject).start(request, options);
  });
}

class ClientUnary<Req, Res> extends ClientCall<Req, Res> {
  constructor(
    connection: Connection,
    method: Method<Req, Res>,
    private readonly resolve: (response: Res) => void,
    private readonly reject: (error: MillraceError) => void,
  ) {
    super(connection, method);
  }

  onData(frame: Frame): void {
    if (!frame.isEnd) return this.cancel(new MillraceError("internal", `${this.method.path} answered more than once`));
    if (!this.over()) return;
    if (frame.aux !== 0) return this.reject(new MillraceError(codeOf(frame.aux), readReason(frame)));
    try {
      this.resolve(this.method.response.decode(frame.reader));
    } catch (error) {
      this.reject(unreadable(this.method, error));
    }
  }

  protected failed(error: MillraceError): void {
    this.reject(error);
  }
}

/** Answers a unary call with what `handler` returns. */
export class ServerUnary<Req, Res> extends ServerCall {
  constructor(
    connection: Connection,
    private readonly method: Method<Req, Res>,
    private readonly handler: (request: Req, call: Call) => Answer<Res>,
  ) {
    super(connection, method.path);
  }

  onData(): void {}

  protected handle(frame: Frame): void {
    const request = this.readRequest(this.method.request, frame);
    if (request !== undefined) void this.run(request);
  }

  private async run(request: Req): Promise<void> {
    try {
      this.respond(await this.handler(request, this));
    } catch (error) {
      this.failWith(error);
    }
  }

  private respond(response: Partial<Res>): void {
    if (this.isOver) return;
    do this.method.response.encode(response, this.connection.claim());
    while (!this.connection.commitData(this, Flag.END, 0));
    this.over();
  }
}

/** What a caller is told of a response that its codec refuses. */
export function unreadable(method: { readonly path: string }, error: unknown): MillraceError {
  const { detail } = MillraceError.from(error);
  return new MillraceError("internal", `the response of ${method.path} is malformed: ${detail}`, { cause: error });
}
