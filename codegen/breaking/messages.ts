import type { Field, Message } from "../model.js";
import { placeOfFeature } from "../option.js";
import type { AnyMessage } from "./entry.js";
import { compareFields } from "./fields.js";
import { compareReserved, covers, textOf } from "./ranges.js";
import { type Report, reportChange } from "./rules.js";

/** Compares a message with the one of its name now. */
export function compareMessages(old: AnyMessage, now: AnyMessage, report: Report): void {
  const { at, fullName: name } = now;
  if (old.features.json_format === "ALLOW" && now.features.json_format !== "ALLOW") {
    const place = placeOfFeature(now.options, "json_format") ?? at;
    report("MESSAGE_SAME_JSON_FORMAT", place, `message ${name} had JSON that was checked, and has it no more`);
  }
  for (const oneof of old.oneofs) {
    if (!now.oneofs.some((other) => other.name === oneof.name)) {
      report("ONEOF_NO_DELETE", at, `oneof ${oneof.name} of ${name} is gone`);
    }
  }
  for (const range of old.extensionRanges) {
    if (covers(now.extensionRanges, range)) continue;
    report("EXTENSION_MESSAGE_NO_DELETE", at, `${textOf(range)} for extensions of ${name} no more`);
  }
  compareReserved(old.reserved, now.reserved, "RESERVED_MESSAGE_NO_DELETE", at, report);
  compareAllFields(old, now, old.isEntry && now.isEntry ? inEntries(report) : report);
  compareRequired(old, now, report);
}

/** A key and a value are always there, whatever their files say of fields. */
function inEntries(report: Report): Report {
  return (rule, at, text) => {
    if (rule !== "FIELD_SAME_CARDINALITY") report(rule, at, text);
  };
}

function compareAllFields(old: Message, now: Message, report: Report): void {
  const fields = byNumber(now);
  for (const field of old.fields) {
    const { number } = field;
    const other = fields.get(number);
    if (other !== undefined) {
      compareField(field, other, now.fullName, report);
      continue;
    }
    const what = `field ${field.name} (${number}) of ${now.fullName}`;
    report("FIELD_NO_DELETE", now.at, `${what} is gone`);
    if (!covers(now.reserved.ranges, { from: number, to: number })) {
      report("FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED", now.at, `${what} is gone, and its number not reserved`);
    }
  }
}

function compareField(old: Field, now: Field, message: string, report: Report): void {
  compareFields(old, now, message, report);
  const what = `field ${old.name} (${old.number}) of ${message}`;
  reportChange(report, "FIELD_SAME_JSON_NAME", now.at, what, `${old.jsonName} in JSON`, `${now.jsonName} in JSON`);
}

/** Who knows a required field refuses what was written without it. */
function compareRequired(old: Message, now: Message, report: Report): void {
  const [before, after] = [byNumber(old), byNumber(now)];
  const isRequired = (field: Field | undefined): boolean => field?.presence === "required";
  for (const { name, number } of old.fields.filter(isRequired)) {
    if (isRequired(after.get(number))) continue;
    report("MESSAGE_SAME_REQUIRED_FIELDS", now.at, `field ${name} (${number}) of ${now.fullName} is required no more`);
  }
  for (const { name, number, at } of now.fields.filter(isRequired)) {
    if (isRequired(before.get(number))) continue;
    report("MESSAGE_SAME_REQUIRED_FIELDS", at, `field ${name} (${number}) of ${now.fullName} is required now`);
  }
}

function byNumber({ fields }: Message): Map<number, Field> {
  return new Map(fields.map((field) => [field.number, field]));
}
