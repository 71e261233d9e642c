import type { FlatEnum } from "../../fbs/model.js";
import { doc } from "../doc.js";
import type { FlatFile } from "./file.js";

/** An enum, as a frozen set of numbers and their union; numbers that it does not name pass at run time. */
export function emitFlatEnum(file: FlatFile, type: FlatEnum): string {
  const name = file.names.of(type);
  const isWide = type.base === "int64" || type.base === "uint64";
  const values = type.values.map((value) => {
    const key = value.name === "__proto__" ? '["__proto__"]' : value.name;
    return `${doc(value, "  ")}  ${key}: ${value.number}${isWide ? "n" : ""},\n`;
  });
  const union = type.flags ? (isWide ? "bigint" : "number") : `(typeof ${name})[keyof typeof ${name}]`;
  return [
    `${doc(type)}export const ${name} = {\n${values.join("")}} as const;\n`,
    type.flags ? `/** Any of \`${name}\`, joined with \`|\`. */\n` : "",
    `export type ${name} = ${union};\n`,
  ]
    .filter((part) => part !== "")
    .join(type.flags ? "" : "\n")
    .replace("as const;\n/**", "as const;\n\n/**");
}
