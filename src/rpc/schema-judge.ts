import { MillraceError } from "../error.js";
import { compareTables, type Verdict } from "./schema-compare.js";
import { readTable, Table } from "./schema-table.js";

/** An error names so many differences. */
const NAMED_DIFFERENCES = 3;

/** What calls of a service fail with that would be misread. */
export function refusal(service: string, differences: readonly string[]): MillraceError {
  const more = differences.length - NAMED_DIFFERENCES;
  const named = differences.slice(0, NAMED_DIFFERENCES).join("; ") + (more > 0 ? `; and ${more} more` : "");
  return new MillraceError(
    "failed_precondition",
    `the peer's schema of ${service} does not go with this side's: ${named}. Generate both sides from one schema.`,
  );
}

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
