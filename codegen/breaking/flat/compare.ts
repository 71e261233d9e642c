import type { FlatSchema, FlatType } from "../../fbs/model.js";
import { pairs } from "../pairs.js";
import { type Finding, inOrder, type Report } from "../rules.js";
import { comparePaths, compareServices } from "../services.js";
import { compareEnums } from "./enums.js";
import { compareFiles, startOf } from "./files.js";
import { compareStructs } from "./structs.js";
import { compareTables } from "./tables.js";
import { compareUnions } from "./unions.js";

/**
 * What breaks for those who use `old`, an older version of the FlatBuffers schemas `now`, in the order of files and
 * lines. Files go by their paths, all in them by full names, fields and values by their names and, if these are new, by
 * their slots and numbers.
 */
export function compareFlat(old: readonly FlatSchema[], now: readonly FlatSchema[]): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (rule, at, text) => findings.push({ rule, at, text });
  compareFiles(old, now, report);
  pairAll(old, now, ({ tables }) => tables, compareTables, report);
  pairAll(old, now, ({ structs }) => structs, compareStructs, report);
  pairAll(old, now, ({ enums }) => enums, compareEnums, report);
  pairAll(old, now, ({ unions }) => unions, compareUnions, report);
  pairAll(old, now, ({ services }) => services, compareServices, report);
  comparePaths(old, now, startOf, report);
  return inOrder(findings);
}

function pairAll<T extends FlatType>(
  old: readonly FlatSchema[],
  now: readonly FlatSchema[],
  partsOf: (schema: FlatSchema) => readonly T[],
  both: (old: T, now: T, report: Report) => void,
  report: Report,
): void {
  pairs(old, now, partsOf, (a, b) => both(a, b, report));
}
