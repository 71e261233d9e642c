import { MillraceError } from "../error.js";
import type { Connection } from "../link/connection.js";
import { GatedCaller } from "./gated-caller.js";
import { loaded } from "./load.js";
import type { Verdict } from "./schema-compare.js";
import { describe, tableText } from "./schema-describe.js";
import type { Caller, Service, ServiceSchema } from "./service.js";

const EQUAL: Verdict = { verdict: "equal", differences: [] };
/** An error names so many differences. */
const NAMED_DIFFERENCES = 3;

type Known = Pick<Service<unknown, never>, "name" | "schema">;

/** What one link knows of how its peer's services differ from those of this side. */
export class Verdicts {
  private readonly known = new Map<ServiceSchema, Promise<Verdict>>();

  /** @param caller asks the peer for its tables. */
  constructor(
    private readonly connection: Connection,
    private readonly caller: Caller,
  ) {}

  /** What a stub of `service` calls through: `caller` itself, unless the peer said that its schema is another one. */
  gate(service: Known, caller: Caller): Caller {
    const theirs = this.connection.peerServices.get(service.schema.id);
    if (theirs === undefined || theirs === service.schema.fingerprint) return caller;
    return new GatedCaller(caller, this.connection.runtime.clock, () => this.admit(service));
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

  private async admit(service: Known): Promise<void> {
    const { verdict, differences } = await this.of(service);
    if (verdict !== "refused") return;
    const more = differences.length - NAMED_DIFFERENCES;
    const named = differences.slice(0, NAMED_DIFFERENCES).join("; ") + (more > 0 ? `; and ${more} more` : "");
    throw new MillraceError(
      "failed_precondition",
      `the peer's schema of ${service.name} does not go with this side's: ${named}. Generate both sides from one schema.`,
    );
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
