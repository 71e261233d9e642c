import { allEnums, allExtensions, type Extension, type Schema } from "../model.js";
import { WELL_KNOWN } from "../proto/well-known.js";
import { messagesOf } from "./entry.js";
import { compareEnums } from "./enums.js";
import { compareFields } from "./fields.js";
import { compareFiles, startOf } from "./files.js";
import { compareMessages } from "./messages.js";
import { pairs } from "./pairs.js";
import { type Finding, inOrder, type Report } from "./rules.js";
import { compareIdempotency, comparePaths, compareServices } from "./services.js";

/**
 * What breaks for those who use `old`, an older version of the schemas `now`, in the order of files and lines. Both
 * must be linked. Files go by their paths, all in them by full names, fields and values by numbers.
 */
export function compare(old: readonly Schema[], now: readonly Schema[]): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, at, text) => findings.push({ rule, at, text });
  const mine = (schemas: readonly Schema[]): Schema[] => schemas.filter(({ path }) => !WELL_KNOWN.has(path));
  compareAll(mine(old), mine(now), report);
  return inOrder(findings);
}

function compareAll(old: readonly Schema[], now: readonly Schema[], report: Report): void {
  const files = new Map(now.map((schema) => [schema.path, schema]));
  for (const schema of old) {
    const other = files.get(schema.path);
    if (other === undefined)
      report("FILE_NO_DELETE", { ...startOf(schema), file: schema.path }, `file ${schema.path} is gone`);
    else compareFiles(schema, other, report);
  }
  pairs(old, now, allEnums, (a, b) => compareEnums(a, b, report));
  pairs(old, now, messagesOf, (a, b) => compareMessages(a, b, report));
  pairs(
    old,
    now,
    ({ services }) => services,
    (a, b) => compareServices(a, b, report, (method, other) => compareIdempotency(method, other, report)),
  );
  pairs(old, now, extensionsOf, (a, b) => compareFields(a.extension, b.extension, a.message, report));
  comparePaths(old, now, startOf, report);
}

/** Extensions go by the message that they extend and their number. */
function extensionsOf(schema: Schema): { fullName: string; message: string; extension: Extension }[] {
  return allExtensions(schema).map((extension) => {
    const message = extension.extendee.target?.fullName ?? extension.extendee.name;
    return { fullName: `${message} ${extension.number}`, message, extension };
  });
}
