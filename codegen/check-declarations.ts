import {
  allExtensions,
  allMessages,
  type Extension,
  fullNameOf,
  isScalar,
  type Message,
  type Schema,
  SchemaError,
} from "./model.js";
import { type MessageValue, type Option, optionOf, type Value } from "./option.js";
import type { Position } from "./position.js";

/** What a range of numbers says of one extension that may be in it. */
interface Declaration {
  readonly at: Position;
  readonly number: number | undefined;
  readonly fullName: string | undefined;
  readonly type: string | undefined;
  readonly repeated: boolean;
  readonly reserved: boolean;
}

type Range = Message["extensionRanges"][number];

/** Refuses declarations of extensions that cannot be so, and extensions that are not as they were declared. */
export function checkDeclarations(schema: Schema): void {
  for (const message of allMessages(schema)) {
    const names = new Set<string>();
    for (const range of message.extensionRanges) checkRange(range, names);
  }
  for (const extension of allExtensions(schema)) checkExtension(extension);
}

function checkRange({ from, to, options }: Range, names: Set<string>): void {
  const declarations = declarationsOf(options);
  const verification = optionOf(options, "verification");
  const [first] = declarations;
  if (first === undefined) return;
  if (verification?.kind === "name" && verification.text === "UNVERIFIED") {
    throw new SchemaError(verification.at, "a range with declarations is verified");
  }
  const numbers = new Set<number>();
  for (const { at, number = 0, fullName, type, reserved } of declarations) {
    if (number < from || number > to) throw new SchemaError(at, `${number} is not in the range ${from} to ${to}`);
    if (numbers.has(number)) throw new SchemaError(at, `${number} is declared twice`);
    numbers.add(number);
    if ((fullName === undefined) !== (type === undefined) || (fullName === undefined && !reserved)) {
      throw new SchemaError(at, "a declaration has both full_name and type, unless it is reserved");
    }
    if (fullName === undefined || type === undefined) continue;
    checkFullName(fullName, at);
    if (!isScalar(type)) checkFullName(type, at);
    if (names.has(fullName)) throw new SchemaError(at, `${fullName} is declared twice`);
    names.add(fullName);
  }
}

function checkFullName(name: string, at: Position): void {
  if (!/^(\.[A-Za-z_]\w*)+$/.test(name)) throw new SchemaError(at, `${name} is no full name: it starts with a dot`);
}

function checkExtension(extension: Extension): void {
  const { number, at, extendee, presence, type } = extension;
  if (extendee.target?.kind !== "message") return;
  const range = extendee.target.extensionRanges.find(({ from, to }) => number >= from && number <= to);
  if (range === undefined) return;
  const declarations = declarationsOf(range.options);
  const verification = optionOf(range.options, "verification");
  const verified = declarations.length > 0 || (verification?.kind === "name" && verification.text === "DECLARATION");
  const declaration = declarations.find((known) => known.number === number);
  if (!verified) return;
  if (declaration === undefined) throw new SchemaError(at, `${extendee.name} declares no extension ${number}`);
  const { fullName, repeated, reserved } = declaration;
  if (reserved) throw new SchemaError(at, `${extendee.name} declares the number ${number} as reserved`);
  const name = `.${fullNameOf(extension)}`;
  const typeName = typeof type === "string" ? type : `.${type.target?.fullName}`;
  for (const [is, should] of [
    [name, fullName],
    [typeName, declaration.type],
    [presence === "repeated" ? "repeated" : "single", repeated ? "repeated" : "single"],
  ]) {
    if (is !== should)
      throw new SchemaError(at, `${extendee.name} declares extension ${number} as ${should}, not ${is}`);
  }
}

function declarationsOf(options: readonly Option[]): Declaration[] {
  return options
    .filter(({ path: [first, second] }) => !first.custom && first.name === "declaration" && second === undefined)
    .map(({ value }) => {
      if (value.kind !== "message") throw new SchemaError(value.at, "a declaration is a message: { … }");
      return declarationOf(value);
    });
}

function declarationOf({ fields, at }: MessageValue): Declaration {
  const known = new Map<string, Value>();
  for (const { name, value } of fields) {
    if (!KINDS.has(name.name)) throw new SchemaError(name.at, `a declaration has no ${name.name}`);
    if (KINDS.get(name.name) !== value.kind) throw new SchemaError(value.at, `this cannot be ${name.name}`);
    if (known.has(name.name)) throw new SchemaError(name.at, `${name.name} is there twice`);
    known.set(name.name, value);
  }
  const text = (name: string): string | undefined => {
    const value = known.get(name);
    return value?.kind === "string" || value?.kind === "name" ? value.text : undefined;
  };
  const number = known.get("number");
  return {
    at,
    number: number?.kind === "number" ? number.value : undefined,
    fullName: text("full_name"),
    type: text("type"),
    repeated: text("repeated") === "true",
    reserved: text("reserved") === "true",
  };
}

/** The fields of a declaration, and what they are set to. */
const KINDS: ReadonlyMap<string, Value["kind"]> = new Map([
  ["number", "number"],
  ["full_name", "string"],
  ["type", "string"],
  ["repeated", "name"],
  ["reserved", "name"],
]);
