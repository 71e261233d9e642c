import type { Codec } from "../codec/codec.js";
import { MillraceError } from "../error.js";
import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { AcceptedStream } from "../link/streams.js";
import type { Runtime } from "../link/runtime.js";
import type { Call } from "./call.js";
import type { Link, MessageHandler } from "./link.js";
import { decodeLent } from "./loan.js";
import { RefusedCall } from "./refused-call.js";
import { describe, tableText } from "./schema-describe.js";
import { readMany, readOne, ServerAnswer, ServerAnswers } from "./server-answer.js";
import type { Answer, Items, Method, MethodInfo, Router, Service, ServiceSchema, Stream } from "./service.js";

type Open = (connection: Connection) => AcceptedStream;
type Deliver = (frame: Frame, link: Link, runtime: Runtime) => void | Promise<void>;

/** Who answers what, by the ids of methods, types and services. */
interface Routes {
  readonly methods: Map<number, { path: string; open: Open }>;
  readonly messages: Map<number, { name: string; deliver: Deliver }>;
  readonly schemas: Map<number, ServiceSchema & { readonly name: string }>;
}

/** Finds the handler for a call by its method id, and for a message by its type id. */
export class MethodRouter implements Router {
  protected made: Routes | undefined;
  /** Where services register: here, or with interceptors before. */
  private readonly entry: Router;

  /** @param intercept puts interceptors before a router; see `intercepted`. */
  constructor(intercept: (router: Router) => Router = (router) => router) {
    this.entry = intercept(this);
  }

  /** Made when it is first needed: most clients answer nothing. */
  private get routes(): Routes {
    if (this.made) return this.made;
    this.made = { methods: new Map(), messages: new Map(), schemas: new Map() };
    this.unary(describe, ({ service }) => ({ text: this.describe(service) }));
    return this.made;
  }

  /** What is known of the services that are served, in the order of `serve`. */
  get services(): readonly ServiceSchema[] {
    return this.made ? [...this.made.schemas.values()] : [];
  }

  /** Registers all methods of a service. Throws `invalid_argument` when a handler is missing. */
  serve<Handlers>(service: Service<unknown, Handlers>, handlers: Handlers): void {
    for (const { name, path, kind } of service.methods) {
      if (kind === "topic" || typeof Reflect.get(handlers as object, name) === "function") continue;
      throw new MillraceError("invalid_argument", `${path} has no handler: give serve() a method called ${name}`);
    }
    const { name, schema } = service;
    claimId(this.routes.schemas, schema.id, name);
    service.serve(this.entry, handlers);
    this.routes.schemas.set(schema.id | 0, { ...schema, name });
  }

  /** Registers the handler of one message type. Throws `already_exists` when there is one. */
  on<T>(type: Codec<T>, handler: MessageHandler<T>): void {
    claimId(this.routes.messages, type.id, type.name);
    const deliver: Deliver = (frame, link, runtime) => {
      const { message, loan } = decodeLent(type, frame, runtime);
      return whenDone(
        () => handler(message, link),
        () => loan?.release(),
      );
    };
    this.routes.messages.set(type.id | 0, { name: type.name, deliver });
  }

  unary<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Answer<Res>): void {
    this.add(method, (connection) => new ServerAnswer(connection, method, readOne, handler));
  }

  serverStream<Req, Res>(method: Method<Req, Res>, handler: (request: Req, call: Call) => Items<Res>): void {
    this.add(method, (connection) => new ServerAnswers(connection, method, readOne, handler));
  }

  clientStream<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Answer<Res>): void {
    this.add(method, (connection) => new ServerAnswer(connection, method, readMany, handler));
  }

  duplex<Req, Res>(method: Method<Req, Res>, handler: (requests: Stream<Req>, call: Call) => Items<Res>): void {
    this.add(method, (connection) => new ServerAnswers(connection, method, readMany, handler));
  }

  /** This side's end of the call that an OPEN frame asks for; a refusal when the method is unknown. */
  open(connection: Connection, frame: Frame): AcceptedStream {
    const method = this.routes.methods.get(frame.aux);
    if (method) return method.open(connection);
    const id = `0x${(frame.aux >>> 0).toString(16)}`;
    const why = `no method with the id ${id} is served here`;
    return new RefusedCall(connection, id, new MillraceError("unimplemented", why));
  }

  /** Whether there is a handler for messages of this type. */
  receives(type: number): boolean {
    return this.made?.messages.has(type) ?? false;
  }

  /** Hands a MESSAGE frame to its handler; what that throws is reported. Resolves when the handler is done. */
  deliver(connection: Connection, frame: Frame, link: Link): void | Promise<void> {
    const route = this.routes.messages.get(frame.aux);
    if (!route) return;
    const report = (error: unknown): void => connection.runtime.report(error, `the handler of ${route.name}`);
    try {
      const done = route.deliver(frame, link, connection.runtime);
      return done instanceof Promise ? done.catch(report) : undefined;
    } catch (error) {
      report(error);
    }
  }

  /** The table of a service that is served. Throws `not_found`. */
  describe(service: number): string {
    const schema = this.routes.schemas.get(service | 0);
    if (schema) return tableText(schema.table);
    throw new MillraceError("not_found", `no service with the id 0x${service.toString(16)} is served here`);
  }

  /** Registers what makes this side's end of each call of a method. Throws `already_exists` when there is one. */
  add(method: Pick<MethodInfo, "id" | "path">, open: Open): void {
    claimId(this.routes.methods, method.id, method.path);
    this.routes.methods.set(method.id | 0, { path: method.path, open });
  }
}

function claimId(taken: Map<number, { path?: string; name?: string }>, id: number, name: string): void {
  const other = taken.get(id | 0);
  if (!other) return;
  const holder = other.path ?? other.name;
  const why = holder === name ? "has a handler already" : `has the same id as ${holder}: rename one of them`;
  throw new MillraceError("already_exists", `${name} ${why}`);
}

/** Runs `work`, and `after` when that has returned or thrown, or its promise has settled. */
function whenDone(work: () => void | Promise<void>, after: () => void): void | Promise<void> {
  let done: void | Promise<void> = undefined;
  try {
    done = work();
  } finally {
    if (!(done instanceof Promise)) after();
  }
  return done instanceof Promise ? done.finally(after) : undefined;
}
