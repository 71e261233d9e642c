import type { Union } from "../../fbs/model.js";
import { type Report, reportChange } from "../rules.js";
import { match } from "./match.js";
import { formOf, typeText } from "./type.js";

/** Compares a union with the one of its name now. */
export function compareUnions(old: Union, now: Union, report: Report): void {
  reportChange(report, "ENUM_SAME_BASE", now.at, `union ${now.fullName}`, `of ${old.base}`, `of ${now.base}`);
  for (const { old: member, now: other } of match(old.members, now.members, ({ number }) => number)) {
    const what = `member ${member.name} (${member.number}) of ${now.fullName}`;
    if (other === undefined) {
      report("UNION_MEMBER_NO_DELETE", now.at, `${what} is gone`);
      report("UNION_NUMBER_NO_DELETE", now.at, `${what} is gone: older peers send it, and another can take its number`);
    } else compareMembers(member, other, what, report);
  }
}

type Member = Union["members"][number];

function compareMembers(old: Member, now: Member, what: string, report: Report): void {
  reportChange(report, "UNION_MEMBER_SAME_NUMBER", now.at, what, String(old.number), String(now.number));
  reportChange(report, "UNION_MEMBER_SAME_NAME", now.at, what, `called ${old.name}`, `called ${now.name}`);
  if (formOf(old.type) === formOf(now.type)) return;
  const [was, is] = [old, now].map(({ type }) => typeText(type));
  report("UNION_MEMBER_SAME_TYPE", now.at, `${what} was ${was}, whose bytes are no ${is}`);
}
