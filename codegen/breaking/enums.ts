import type { Enum } from "../model.js";
import { placeOfFeature } from "../option.js";
import { valueNames } from "../typescript/names.js";
import { compareReserved, covers } from "./ranges.js";
import { type Report, reportChange } from "./rules.js";

/** Compares an enum with the one of its name now. */
export function compareEnums(old: Enum, now: Enum, report: Report): void {
  const { at, fullName, options } = now;
  const textOf = ({ closed }: Enum): string => (closed ? "closed" : "open");
  reportChange(
    report,
    "ENUM_SAME_TYPE",
    placeOfFeature(options, "enum_type") ?? at,
    `enum ${fullName}`,
    textOf(old),
    textOf(now),
  );
  if (old.features.json_format === "ALLOW" && now.features.json_format !== "ALLOW") {
    const place = placeOfFeature(options, "json_format") ?? at;
    report("ENUM_SAME_JSON_FORMAT", place, `enum ${fullName} had JSON that was checked, and has it no more`);
  }
  compareReserved(old.reserved, now.reserved, "RESERVED_ENUM_NO_DELETE", at, report);
  compareValues(old, now, report);
  compareProperties(old, now, report);
}

/** A number may have several names, of which new ones are no harm. */
function compareValues(old: Enum, now: Enum, report: Report): void {
  const [before, after] = [byNumber(old), byNumber(now)];
  for (const [number, values] of before) {
    const names = values.map(({ name }) => name);
    const what = `value ${names.join(", ")} (${number}) of ${now.fullName}`;
    const others = after.get(number);
    if (others === undefined) {
      report("ENUM_VALUE_NO_DELETE", now.at, `${what} is gone`);
      if (covers(now.reserved.ranges, { from: number, to: number })) continue;
      report("ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED", now.at, `${what} is gone, and its number not reserved`);
    } else if (!names.every((name) => others.some((other) => other.name === name))) {
      const text = others.map(({ name }) => name).join(", ");
      report("ENUM_VALUE_SAME_NAME", others[0]?.at ?? now.at, `${what} is called ${text}`);
    }
  }
}

/** Generated code leaves out what all names of an enum start with, so that one more value can change all of them. */
function compareProperties(old: Enum, now: Enum, report: Report): void {
  const properties = new Map(valueNames(old).map((property, index) => [old.values[index]?.name, property]));
  for (const [index, property] of valueNames(now).entries()) {
    const value = now.values[index];
    const before = value === undefined ? undefined : properties.get(value.name);
    if (value === undefined || before === undefined) continue;
    const what = `value ${value.name} of ${now.fullName}`;
    const [was, is] = [before, property].map((name) => `${name} in TypeScript`);
    reportChange(report, "ENUM_VALUE_SAME_PROPERTY", value.at, what, was, is);
  }
}

function byNumber({ values }: Enum): Map<number, Enum["values"][number][]> {
  const numbers = new Map<number, Enum["values"][number][]>();
  for (const value of values) numbers.set(value.number, [...(numbers.get(value.number) ?? []), value]);
  return numbers;
}
