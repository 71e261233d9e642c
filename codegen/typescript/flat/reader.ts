import type { Struct, Table } from "../../fbs/model.js";
import type { FlatFile } from "./file.js";

/** A property of a reader. */
export interface Getter {
  readonly name: string;
  readonly type: string;
  /** What it returns. */
  readonly expression: string;
}

/** The class that reads a table or struct where it lies, and the function that makes one. */
export function emitReader(file: FlatFile, type: Table | Struct, getters: readonly Getter[]): string {
  const name = file.names.of(type);
  const reader = file.names.part(type, "Reader");
  const args = `b: ${file.useType("FlatBytes")}, at: number`;
  const members = [
    `  override readonly $b: ${file.useType("FlatBytes")};\n  override readonly $at: number;\n`,
    `  constructor(${args}) {\n    super();\n    this.$b = b;\n    this.$at = at;\n  }\n`,
    ...getters.map((getter) => `  get ${getter.name}(): ${getter.type} {\n    return ${getter.expression};\n  }\n`),
    `  override toJSON(): ${name} {\n    return ${file.names.part(type, "plain")}(this);\n  }\n`,
  ];
  return [
    `export class ${reader} extends ${file.use("FlatReader")} implements ${name} {\n${members.join("\n")}}\n`,
    `export function ${file.names.part(type, "read")}(${args}): ${reader} {\n  return new ${reader}(b, at);\n}\n`,
  ].join("\n");
}
