import type { Connection } from "../link/connection.js";
import { loaded } from "./load.js";
import type { Verdict } from "./schema-compare.js";
import { describe, tableText } from "./schema-describe.js";
import type { Caller, Service, ServiceSchema } from "./service.js";

const EQUAL: Verdict = { verdict: "equal", differences: [] };

type Known = Pick<Service<unknown, never>, "name" | "schema">;

/** What one link knows of how its peer's services differ from those of this side. */
export class Verdicts {
  private readonly known = new Map<ServiceSchema, Promise<Verdict>>();
  /** Services with another schema that goes with this side's. */
  private readonly admitted = new Set<ServiceSchema>();

  /** @param caller asks the peer for its tables. */
  constructor(
    private readonly connection: Connection,
    private readonly caller: Caller,
  ) {}

  /** Whether calls of `service` may be made without a question: unless the peer said that its schema is another one. */
  admits({ schema }: Known): boolean {
    const theirs = this.connection.peerServices.get(schema.id);
    return theirs === undefined || theirs === schema.fingerprint || this.admitted.has(schema);
  }

  /** Compares a service with the peer's, once. Rejects when the peer cannot be asked, `not_found` when it does not serve it. */
  of(service: Known): Promise<Verdict> {
    const { schema } = service;
    let verdict = this.known.get(schema);
    if (!verdict) {
      verdict = this.judge(service);
      this.known.set(schema, verdict);
      verdict.catch(() => this.known.delete(schema));
    }
    return verdict;
  }

  /** Resolves when calls of `service` may be made; rejects with `failed_precondition` when they would be misread. */
  async admit(service: Known): Promise<void> {
    if (this.admits(service)) return;
    const { verdict, differences } = await this.of(service);
    if (verdict !== "refused") return void this.admitted.add(service.schema);
    const { refusal } = await loaded(import("./schema-judge.js"));
    throw refusal(service.name, differences);
  }

  private async judge({ name, schema }: Known): Promise<Verdict> {
    const fingerprint = this.connection.peerServices.get(schema.id);
    if (fingerprint === schema.fingerprint) return EQUAL;
    const timeoutMs = this.connection.limits.handshakeTimeoutMs;
    const { text } = await this.caller.unary(describe, { service: schema.id }, { timeoutMs });
    if (text === tableText(schema.table)) return EQUAL;
    const { judge } = await loaded(import("./schema-judge.js"));
    return judge(name, schema.table, text, fingerprint);
  }
}
