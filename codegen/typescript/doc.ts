import type { Named } from "../model.js";

/** A doc comment of the schema's own comment and `lines`, or nothing when there is nothing to say. */
export function doc(part: Named, indent = "", lines: readonly string[] = []): string {
  const all = [...part.doc, ...lines, ...(part.deprecated ? ["@deprecated"] : [])].map(inert);
  if (all.length === 0) return "";
  if (all.length === 1) return `${indent}/** ${all[0]} */\n`;
  return `${indent}/**\n${all.map((line) => `${indent} * ${line}`.trimEnd() + "\n").join("")}${indent} */\n`;
}

/** Text that cannot end the comment that it stands in. */
function inert(line: string): string {
  return line.replaceAll("*/", "*\\/").replaceAll(/[\0-\x08\x0b-\x1f\u2028\u2029]/g, " ");
}
