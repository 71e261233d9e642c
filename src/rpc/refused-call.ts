import type { MillraceError } from "../error.js";
import type { Connection } from "../link/connection.js";
import { ServerCall } from "./server-call.js";

/** A call that is not let in. */
export class RefusedCall extends ServerCall {
  constructor(
    connection: Connection,
    path: string,
    private readonly reason: MillraceError,
  ) {
    super(connection, path);
  }

  protected async handle(): Promise<void> {
    this.fail(this.reason);
  }
}
