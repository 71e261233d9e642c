import { checkCustomOptions } from "./custom-options.js";
import { holdersOf } from "./holders.js";
import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  type Extension,
  fullNameOf,
  type Message,
  type Schema,
  SchemaError,
  type TypeName,
} from "./model.js";
import type { Finder } from "./option-value.js";

/** A full name stands for a type, an extension, or the package (or service) that it is. */
type Symbols = Map<string, Message | Enum | Extension | "scope">;

/**
 * Sets the target of every type name, then looks custom options up. Throws a `SchemaError` for a name that no imported
 * file declares, and for options that cannot be so.
 */
export function link(schemas: readonly Schema[]): void {
  const byPath = new Map(schemas.map((schema) => [schema.path, schema]));
  linkTypes(schemas, byPath);
  for (const schema of schemas) {
    const holders = holdersOf(schema);
    if (holders.length === 0) continue;
    const finder = finderOf(visible(schema, byPath, true));
    for (const holder of holders) checkCustomOptions(holder, finder);
  }
}

function linkTypes(schemas: readonly Schema[], byPath: ReadonlyMap<string, Schema>): void {
  for (const schema of schemas) {
    const symbols = visible(schema, byPath);
    const extensions = allExtensions(schema);
    for (const { type } of [...allMessages(schema).flatMap(({ fields }) => fields), ...extensions]) {
      if (typeof type !== "string") type.target = resolve(type, symbols);
    }
    for (const { extendee } of extensions)
      extendee.target = resolveMessage(extendee, symbols, "only messages are extended");
    for (const method of schema.services.flatMap(({ methods }) => methods)) {
      for (const type of [method.request, method.response]) {
        type.target = resolveMessage(type, symbols, "a method takes messages");
      }
    }
  }
}

/**
 * What a file sees: its own types and extensions, those of its imports, and of what these import publicly; `forOptions`,
 * what it imports for its options only, too.
 */
function visible(schema: Schema, byPath: ReadonlyMap<string, Schema>, forOptions = false): Symbols {
  const symbols: Symbols = new Map();
  const seen = new Set<Schema>();
  const add = (from: Schema, all: boolean): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const type of [...allMessages(from), ...allEnums(from)]) symbols.set(type.fullName, type);
    for (const extension of allExtensions(from)) symbols.set(fullNameOf(extension), extension);
    for (const scope of [...prefixes(from.package), ...from.services.map(({ fullName }) => fullName)]) {
      if (!symbols.has(scope)) symbols.set(scope, "scope");
    }
    for (const imported of from.imports) {
      const target = byPath.get(imported.path);
      if (target === undefined || (imported.option && !(forOptions && all))) continue;
      if (all || imported.public) add(target, false);
    }
  };
  add(schema, true);
  return symbols;
}

/** `a`, `a.b`, `a.b.c` */
function prefixes(name: string): string[] {
  const parts = name.split(".");
  return name === "" ? [] : parts.map((_, i) => parts.slice(0, i + 1).join("."));
}

/** As protoc does: the innermost scope that knows the first part of the name decides. */
function resolve(type: TypeName, symbols: Symbols): Message | Enum {
  const { name, at, scope } = type;
  if (name.startsWith(".")) return known(symbols.get(name.slice(1)), type);
  const [first = name] = name.split(".");
  for (const prefix of [
    ...prefixes(scope)
      .toReversed()
      .map((outer) => `${outer}.`),
    "",
  ]) {
    const start = symbols.get(prefix + first);
    if (start === undefined || isExtension(start) || (first === name && start === "scope")) continue;
    const target = symbols.get(prefix + name);
    if (target === undefined && prefix !== "") {
      throw new SchemaError(
        at,
        `${name} means ${prefix}${name} here, which is not declared; .${name} starts from the top`,
      );
    }
    return known(target, type);
  }
  return known(undefined, type);
}

function isExtension(symbol: Message | Enum | Extension | "scope" | undefined): symbol is Extension {
  return symbol !== undefined && symbol !== "scope" && "extendee" in symbol;
}

function finderOf(symbols: Symbols): Finder {
  return {
    extension: (name, scope) => extensionNamed(name, scope, symbols),
    message(fullName) {
      const found = symbols.get(fullName);
      return found === undefined || found === "scope" || !("kind" in found) || found.kind === "enum" ? undefined : found;
    },
  };
}

/** Looked up as types are, but that here the innermost symbol of that name decides, whatever it is. */
function extensionNamed(name: string, scope: string, symbols: Symbols): Extension | undefined {
  const as = (symbol: ReturnType<Symbols["get"]>): Extension | undefined => (isExtension(symbol) ? symbol : undefined);
  if (name.startsWith(".")) return as(symbols.get(name.slice(1)));
  const [first = name] = name.split(".");
  const starts = prefixes(scope)
    .toReversed()
    .map((outer) => `${outer}.`);
  for (const prefix of [...starts, ""]) {
    const start = symbols.get(prefix + first);
    if (start !== undefined && (first === name || !isExtension(start))) return as(symbols.get(prefix + name));
  }
  return undefined;
}

function known(target: ReturnType<Symbols["get"]>, { name, at }: TypeName): Message | Enum {
  if (target === undefined || isExtension(target)) throw new SchemaError(at, `${name} is neither declared here nor in a file imported here`);
  if (target === "scope") throw new SchemaError(at, `${name} is not a type`);
  if (target.local && target.at.file !== at.file) throw new SchemaError(at, `${name} is local to ${target.at.file}`);
  return target;
}

function resolveMessage(type: TypeName, symbols: Symbols, rule: string): Message {
  const target = resolve(type, symbols);
  if (target.kind !== "message") throw new SchemaError(type.at, `${type.name} is an enum: ${rule}`);
  return target;
}
