import type { Field } from "../model.js";
import { optionOf } from "../option.js";
import { defaultOf, isZero } from "./default.js";
import { cardinalityOf, isReadable, typeOf, typeText } from "./kind.js";
import { type Report, reportChange, type Rule } from "./rules.js";

/** Compares a field of a message, or an extension of it, with the one that has its number now. */
export function compareFields(old: Field, now: Field, message: string, report: Report): void {
  const what = `field ${old.name} (${old.number}) of ${message}`;
  const same = (rule: Rule, textOf: (field: Field) => string): void => {
    reportChange(report, rule, now.at, what, textOf(old), textOf(now));
  };
  same("FIELD_SAME_NAME", ({ name }) => `called ${name}`);
  same("FIELD_SAME_CARDINALITY", cardinalityOf);
  same("FIELD_WIRE_COMPATIBLE_CARDINALITY", countOf);
  same("FIELD_SAME_ONEOF", ({ oneof }) => (oneof === undefined ? "in no oneof" : `in oneof ${oneof}`));
  same("FIELD_SAME_JSTYPE", jstypeOf);
  if (old.type === "string" && now.type === "string" && old.presence !== "map" && now.presence !== "map") {
    same("FIELD_SAME_UTF8_VALIDATION", ({ features }) => features.utf8_validation);
  }
  compareTypes(old, now, message, what, report);
  compareDefaults(old, now, what, report);
}

function compareTypes(old: Field, now: Field, message: string, what: string, report: Report): void {
  const [was, is] = [typeOf(old, message), typeOf(now, message)];
  reportChange(report, "FIELD_SAME_TYPE", now.at, what, typeText(was), typeText(is));
  if (isReadable(was, is)) return;
  report("FIELD_WIRE_COMPATIBLE_TYPE", now.at, `${what} was ${typeText(was)}, whose bytes are no ${typeText(is)}`);
}

function compareDefaults(old: Field, now: Field, what: string, report: Report): void {
  const [was, is] = [defaultOf(old), defaultOf(now)];
  if (was === undefined || is === undefined || (isZero(was) && isZero(is))) return;
  reportChange(report, "FIELD_SAME_DEFAULT", now.at, `the default value of ${what}`, was, is);
}

/** How often a field is on the wire. */
function countOf(field: Field): string {
  const cardinality = cardinalityOf(field);
  if (cardinality === "required") return "always there";
  return cardinality === "repeated" || cardinality === "map" ? "many" : "one at most";
}

function jstypeOf({ options }: Field): string {
  const value = optionOf(options, "jstype");
  return value?.kind === "name" ? value.text : "JS_NORMAL";
}
