import type { Table, TableField } from "../../fbs/model.js";
import { type Report, reportChange, type Rule } from "../rules.js";
import { match } from "./match.js";
import { formOf, nameOf, typeText } from "./type.js";

/** Compares a table with the one of its name now. */
export function compareTables(old: Table, now: Table, report: Report): void {
  for (const { old: field, now: other } of match(old.fields, now.fields, ({ slot }) => slot)) {
    const what = `field ${field.name} (${field.slot}) of ${now.fullName}`;
    if (other === undefined) {
      if (!field.deprecated) report("FIELD_NO_DELETE", now.at, `${what} is gone`);
      report("SLOT_NO_DELETE", now.at, `${what} is gone instead of deprecated: another field can take its slot`);
    } else compareFields(field, other, what, report);
  }
  compareNew(old, now, report);
  compareKeys(old, now, report);
}

function compareFields(old: TableField, now: TableField, what: string, report: Report): void {
  const same = (rule: Rule, textOf: (field: TableField) => string): void => {
    reportChange(report, rule, now.at, what, textOf(old), textOf(now));
  };
  if (now.deprecated && !old.deprecated)
    report("FIELD_NO_DELETE", now.at, `${what} is deprecated: code has it no more`);
  same("FIELD_SAME_NAME", ({ name }) => `called ${name}`);
  same("FIELD_SAME_SLOT", ({ slot }) => `in slot ${slot}`);
  same("FIELD_SAME_TYPE", typeOf);
  same("FIELD_SAME_CARDINALITY", ({ presence }) => (presence === "optional" ? "optional" : "always there"));
  same("TABLE_SAME_REQUIRED_FIELDS", ({ presence }) => (presence === "required" ? "required" : "not required"));
  if (storedAs(old) !== storedAs(now)) {
    report("FIELD_WIRE_COMPATIBLE_TYPE", now.at, `${what} was ${typeOf(old)}, whose bytes are no ${typeOf(now)}`);
  } else compareDefaults(old, now, what, report);
}

/** A new field that is required is in no bytes of the older version. */
function compareNew(old: Table, now: Table, report: Report): void {
  const known = new Set(match(old.fields, now.fields, ({ slot }) => slot).map((pair) => pair.now));
  for (const field of now.fields) {
    if (known.has(field) || field.presence !== "required") continue;
    const what = `field ${field.name} (${field.slot}) of ${now.fullName}`;
    report("TABLE_SAME_REQUIRED_FIELDS", field.at, `${what} is new and required`);
  }
}

/** What both versions take for nothing must be the same value. */
function compareDefaults(old: TableField, now: TableField, what: string, report: Report): void {
  if (old.presence === "required" || now.presence === "required") return;
  reportChange(
    report,
    "FIELD_SAME_DEFAULT",
    now.at,
    `the default value of ${what}`,
    defaultText(old),
    defaultText(now),
  );
}

function defaultText({ defaultValue: value, type }: TableField): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object") return "[]";
  // An integer is the same whether it is a bool, a number or a bigint.
  return formOf(type).startsWith("integer") ? String(BigInt(value)) : String(value);
}

/** What lists of a table are sorted by. */
export function compareKeys(old: Keyed, now: Keyed, report: Report): void {
  const pair = match(old.fields, now.fields, placeOf).find((field) => field.old.key);
  const key = now.fields.find((field) => field.key);
  if (pair?.now === key) return;
  const textOf = (field: { readonly name: string } | undefined): string =>
    field === undefined ? "none" : `field ${field.name}`;
  const what = `the key of ${now.fullName}`;
  const place = key?.at ?? now.at;
  report("TYPE_SAME_KEY", place, `${what} was ${textOf(pair?.old)} and is ${textOf(key)}`);
}

/** A table or a struct. */
interface Keyed {
  readonly fullName: string;
  readonly at: Table["at"];
  readonly fields: readonly KeyedField[];
}

type KeyedField = Pick<TableField, "name" | "at" | "key"> & { readonly slot?: number; readonly offset?: number };

function placeOf({ slot, offset }: KeyedField): number {
  return slot ?? offset ?? -1;
}

function typeOf({ type, nested }: TableField): string {
  return nested === undefined ? typeText(type) : `buffer of ${nameOf(nested)}`;
}

function storedAs({ type, nested }: TableField): string {
  return nested === undefined ? formOf(type) : `buffer of ${nameOf(nested)}`;
}
