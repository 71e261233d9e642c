import { type Edition, type Features, isSet, optionOf } from "../option.js";
import { SchemaError } from "../position.js";
import { upperCamel } from "./json-name.js";
import { reservedInEnum } from "./numbers.js";
import { checkOptions } from "./options.js";
import type { EnumNode, ValueNode } from "./tree.js";

export function lintEnum(type: EnumNode, edition: Edition, features: Features): void {
  const { name, options, values } = type;
  checkOptions(options, "enum", edition);
  const [first] = values;
  if (first === undefined) throw new SchemaError(name.at, `enum ${name.text} has no values`);
  if (first.number.value !== 0 && features.enum_type === "OPEN") {
    throw new SchemaError(first.number.at, "the first value of an enum must be 0");
  }
  checkValueNumbers(type);
  const reserved = reservedInEnum(type.reserved, edition);
  for (const value of values) {
    reserved.check(value);
    checkOptions(value.options, "enum value", edition);
  }
  checkValueNames(type);
}

function checkValueNumbers({ options, values }: EnumNode): void {
  const aliases = isSet(options, "allow_alias");
  const seen = new Map<number, string>();
  let shared = false;
  for (const { name, number } of values) {
    const { value, at } = number;
    if (value < -0x8000_0000 || value > 0x7fff_ffff) throw new SchemaError(at, `${value} is not a 32-bit integer`);
    const before = seen.get(value);
    if (before !== undefined && !aliases) {
      const problem = `${name.text} is ${value}, as is ${before}: this takes option allow_alias = true`;
      throw new SchemaError(at, problem);
    }
    shared ||= before !== undefined;
    seen.set(value, name.text);
  }
  const option = optionOf(options, "allow_alias");
  if (!shared && option !== undefined) {
    throw new SchemaError(option.at, "allow_alias is set, but no two values share a number");
  }
}

/** Names that differ only in case, underscores or the enum's own name in front are one in many languages. */
function checkValueNames({ name, values }: EnumNode): void {
  const seen = new Map<string, ValueNode>();
  const prefix = name.text.replaceAll("_", "").toLowerCase();
  for (const value of values) {
    const short = withoutPrefix(value.name.text, prefix);
    const before = seen.get(short);
    if (before !== undefined && before.number.value !== value.number.value) {
      throw new SchemaError(
        value.name.at,
        `${value.name.text} and ${before.name.text} are both ${short} without the prefix`,
      );
    }
    seen.set(short, before ?? value);
  }
}

/** `COLOR_DARK_RED` of `enum Color`, whose prefix is `color` → `DarkRed` */
function withoutPrefix(value: string, prefix: string): string {
  let end = 0;
  for (let matched = 0; matched < prefix.length; end++) {
    if (value[end] === "_") continue;
    if (value[end]?.toLowerCase() !== prefix[matched++]) return upperCamel(value.toLowerCase());
  }
  const rest = value.slice(end).replace(/^_+/, "");
  return upperCamel((rest === "" ? value : rest).toLowerCase());
}
