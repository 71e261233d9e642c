import type { Struct } from "../../fbs/model.js";
import { type Report, reportChange } from "../rules.js";
import { match } from "./match.js";
import { compareKeys } from "./tables.js";
import { layoutText, typeText } from "./type.js";

/** Compares a struct with the one of its name now: nothing in it may move, and nothing come to it. */
export function compareStructs(old: Struct, now: Struct, report: Report): void {
  const [was, is] = [old, now].map(layoutText);
  reportChange(report, "STRUCT_SAME_LAYOUT", now.at, `struct ${now.fullName}`, was, is);
  for (const { old: field, now: other } of match(old.fields, now.fields, ({ offset }) => offset)) {
    const what = `field ${field.name} of ${now.fullName}`;
    if (other === undefined) report("FIELD_NO_DELETE", now.at, `${what} is gone`);
    else {
      reportChange(report, "FIELD_SAME_OFFSET", other.at, what, `at ${field.offset}`, `at ${other.offset}`);
      reportChange(report, "FIELD_SAME_NAME", other.at, what, `called ${field.name}`, `called ${other.name}`);
      reportChange(report, "FIELD_SAME_TYPE", other.at, what, typeText(field.type), typeText(other.type));
    }
  }
  compareKeys(old, now, report);
}
