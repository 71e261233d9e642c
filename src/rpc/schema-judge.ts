import { MillraceError } from "../error.js";
import { compareTables, type Verdict } from "./schema-compare.js";
import { readTable, Table } from "./schema-table.js";

/**
 * Compares the table of a service with what a peer sent as its own; what cannot be understood is refused.
 * @param fingerprint what the peer's HELLO said of it, if it did.
 */
export function judge(service: string, ours: readonly string[], theirs: string, fingerprint?: string): Verdict {
  try {
    return compareTables(service, new Table(ours), readTable(theirs, fingerprint));
  } catch (error) {
    return { verdict: "refused", differences: [MillraceError.from(error).text] };
  }
}
