import type { Frame } from "../frame/frame.js";
import type { Connection } from "../link/connection.js";
import type { AcceptedStream } from "../link/streams.js";
import type { Link } from "../rpc/link.js";
import { MethodRouter } from "../rpc/router.js";
import type { Router, ServiceSchema } from "../rpc/service.js";

/** What one link of a server answers and receives: what it was given itself, then what its server does on all links. */
export class LinkRouter extends MethodRouter {
  constructor(
    private readonly shared: MethodRouter,
    intercept: (router: Router) => Router,
  ) {
    super(intercept);
  }

  override get services(): readonly ServiceSchema[] {
    return this.made ? [...super.services, ...this.shared.services] : this.shared.services;
  }

  override open(connection: Connection, frame: Frame): AcceptedStream {
    if (this.made?.methods.has(frame.aux)) return super.open(connection, frame);
    return this.shared.open(connection, frame);
  }

  override receives(type: number): boolean {
    return super.receives(type) || this.shared.receives(type);
  }

  override deliver(connection: Connection, frame: Frame, link: Link): void | Promise<void> {
    if (super.receives(frame.aux)) return super.deliver(connection, frame, link);
    return this.shared.deliver(connection, frame, link);
  }

  override describe(service: number): string {
    return this.made?.schemas.has(service | 0) ? super.describe(service) : this.shared.describe(service);
  }
}
