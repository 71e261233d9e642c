import type { Enum } from "../model.js";
import { doc } from "./doc.js";
import type { File } from "./file.js";
import { valueNames } from "./names.js";

/** An enum, as a set of numbers and their union; numbers that an open one does not name pass at run time. */
export function emitEnum(file: File, type: Enum): string {
  const name = file.names.of(type);
  const names = valueNames(type);
  const values = type.values.map((value, i) => {
    const key = names[i] === "__proto__" ? '["__proto__"]' : names[i];
    return `${doc(value, "  ")}  ${key}: ${value.number},\n`;
  });
  return [
    `${doc(type)}export const ${name} = {\n${values.join("")}} as const;\n`,
    `export type ${name} = (typeof ${name})[keyof typeof ${name}];\n`,
    ...(type.closed ? [emitNamed(file, type)] : []),
  ].join("");
}

/** What tells the numbers that a closed enum names. */
function emitNamed(file: File, type: Enum): string {
  const name = file.names.of(type);
  const named = `export const ${file.names.named(type)}: ${file.codecType("NamedNumbers")}<${name}>`;
  return `\n${named} = /* @__PURE__ */ ${file.use("namesOf")}(${name});\n`;
}
