import { allEnums, allExtensions, type Extension, type Schema } from "../model.js";
import { WELL_KNOWN } from "../proto/well-known.js";
import { messagesOf } from "./entry.js";
import { compareEnums } from "./enums.js";
import { compareFields } from "./fields.js";
import { compareFiles, startOf } from "./files.js";
import { compareMessages } from "./messages.js";
import type { Finding, Report } from "./rules.js";
import { compareServices } from "./services.js";

/**
 * What breaks for those who use `old`, an older version of the schemas `now`, in the order of files and lines. Both
 * must be linked. Files go by their paths, all in them by full names, fields and values by numbers.
 */
export function compare(old: readonly Schema[], now: readonly Schema[]): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, at, text) => findings.push({ rule, at, text });
  const mine = (schemas: readonly Schema[]): Schema[] => schemas.filter(({ path }) => !WELL_KNOWN.has(path));
  compareAll(mine(old), mine(now), report);
  return findings.sort(
    (a, b) => compareText(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column,
  );
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
    (a, b) => compareServices(a, b, report),
  );
  pairs(old, now, extensionsOf, (a, b) => compareFields(a.extension, b.extension, a.message, report));
  comparePaths(old, now, report);
}

/** Calls `both` with what has one full name in both versions. */
function pairs<T extends { readonly fullName: string }>(
  old: readonly Schema[],
  now: readonly Schema[],
  partsOf: (schema: Schema) => readonly T[],
  both: (old: T, now: T) => void,
): void {
  const parts = new Map(now.flatMap(partsOf).map((part) => [part.fullName, part]));
  for (const part of old.flatMap(partsOf)) {
    const other = parts.get(part.fullName);
    if (other !== undefined) both(part, other);
  }
}

/** Extensions go by the message that they extend and their number. */
function extensionsOf(schema: Schema): { fullName: string; message: string; extension: Extension }[] {
  return allExtensions(schema).map((extension) => {
    const message = extension.extendee.target?.fullName ?? extension.extendee.name;
    return { fullName: `${message} ${extension.number}`, message, extension };
  });
}

/** Peers call a method by its full name: without it, their calls are not known. */
function comparePaths(old: readonly Schema[], now: readonly Schema[], report: Report): void {
  const pathsOf = ({ services }: Schema): string[] =>
    services.flatMap(({ methods }) => methods.map(({ path }) => path));
  const paths = new Set(now.flatMap(pathsOf));
  const services = new Map(now.flatMap((schema) => schema.services.map((service) => [service.fullName, service.at])));
  const files = new Map(now.map((schema) => [schema.path, startOf(schema)]));
  for (const schema of old) {
    for (const path of pathsOf(schema).filter((name) => !paths.has(name))) {
      const gone = { ...startOf(schema), file: schema.path };
      const at = services.get(path.split("/")[0] ?? "") ?? files.get(schema.path) ?? gone;
      report("RPC_PATH_NO_DELETE", at, `method ${path} is gone, which older peers call`);
    }
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
