import { type Field, type Message, SchemaError } from "../model.js";
import type { NumberValue } from "../option.js";
import { typeOf } from "./field.js";
import type { File } from "./file.js";
import { propertyName } from "./names.js";

/** The default value that the schema gives a field, in TypeScript; `undefined` if it gives none. */
export function declaredDefault(file: File, field: Field): string | undefined {
  const { type, defaultValue: value } = field;
  switch (value?.kind) {
    case "string":
      return type === "bytes" ? bytesOf(file, value.bytes) : quote(value.text);
    case "number":
      return type === "double" || type === "float" ? floatOf(file, type, value.value) : integerOf(field, value);
    case "name":
      if (typeof type !== "string") return String(numberNamed(field, value.text));
      return type === "bool" ? value.text : floatOf(file, type, Number(value.text.replace("inf", "Infinity")));
    default:
      return undefined;
  }
}

function numberNamed({ type }: Field, name: string): number {
  const target = typeof type === "string" ? undefined : type.target;
  const found = target?.kind === "enum" ? target.values.find((value) => value.name === name) : undefined;
  if (found === undefined) throw new Error(`${name} was not resolved`);
  return found.number;
}

function integerOf({ type, asNumber }: Field, { text, value, integer, at }: NumberValue): string {
  if (asNumber && !Number.isSafeInteger(value)) {
    throw new SchemaError(at, `${text} is no safe integer, as jstype = JS_NUMBER asks for`);
  }
  const isBigint = typeof type === "string" && type.endsWith("64") && !asNumber;
  return `${integer}${isBigint ? "n" : ""}`;
}

function floatOf(file: File, type: string, value: number): string {
  const number = type === "float" ? Math.fround(value) : value;
  if (Number.isFinite(number)) return Object.is(number, -0) ? "-0" : String(number);
  if (Number.isNaN(number)) return file.global("NaN");
  return `${number < 0 ? "-" : ""}${file.global("Infinity")}`;
}

/** Text as a literal that ends where it should, whatever it holds. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function bytesOf(file: File, bytes: Uint8Array): string {
  if (bytes.length === 0) return file.use("NO_BYTES");
  return `/* @__PURE__ */ ${file.global("Uint8Array")}.of(${bytes.join(", ")})`;
}

/** The fields of a message that are optional and have a default value, as one constant; nothing if there are none. */
export function emitDefaults(file: File, message: Message, name: string): string[] {
  const fields = message.fields.flatMap((field) => {
    const value = field.presence === "explicit" ? declaredDefault(file, field) : undefined;
    return value === undefined ? [] : [{ key: propertyName(field.name), type: typeOf(file, field), value }];
  });
  if (fields.length === 0) return [];
  const types = fields.map(({ key, type }) => `  readonly ${key}: ${type};\n`).join("");
  const values = fields.map(({ key, value }) => `  ${key}: ${value},\n`).join("");
  const doc = `/** What the fields of \`${file.names.of(message)}\` are when they were not sent. */\n`;
  return [`${doc}export const ${file.names.take(name)}: {\n${types}} = {\n${values}};\n`];
}
