import type { FlatEnum } from "../../fbs/model.js";
import { type Report, reportChange } from "../rules.js";
import { match } from "./match.js";

/** Compares an enum with the one of its name now. */
export function compareEnums(old: FlatEnum, now: FlatEnum, report: Report): void {
  reportChange(report, "ENUM_SAME_BASE", now.at, `enum ${now.fullName}`, `of ${old.base}`, `of ${now.base}`);
  for (const { old: value, now: other } of match(old.values, now.values, ({ number }) => number)) {
    const what = `value ${value.name} (${value.number}) of ${now.fullName}`;
    if (other === undefined) report("ENUM_VALUE_NO_DELETE", now.at, `${what} is gone`);
    else {
      const [was, is] = [value, other].map(({ number }) => String(number));
      reportChange(report, "ENUM_VALUE_SAME_NUMBER", other.at, what, was, is);
      reportChange(report, "ENUM_VALUE_SAME_NAME", other.at, what, `called ${value.name}`, `called ${other.name}`);
    }
  }
}
