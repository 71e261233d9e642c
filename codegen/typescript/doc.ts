/** A doc comment of the schema's own comment and `lines`, or nothing when there is nothing to say. */
export function doc(part: Documented, indent = "", lines: readonly string[] = []): string {
  const all = [...part.doc, ...lines, ...(part.deprecated ? ["@deprecated"] : [])].map(inert);
  if (all.length === 0) return "";
  if (all.length === 1) return `${indent}/** ${all[0]} */\n`;
  return `${indent}/**\n${all.map((line) => `${indent} * ${line}`.trimEnd() + "\n").join("")}${indent} */\n`;
}

/** Text that cannot end the comment that it stands in. */
function inert(line: string): string {
  return line.replaceAll("*/", "*\\/").replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}

/** What a doc comment can be made of. */
export interface Documented {
  readonly doc: readonly string[];
  readonly deprecated?: boolean;
}
