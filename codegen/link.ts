import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  type Message,
  type Schema,
  SchemaError,
  type TypeName,
} from "./model.js";

/** A full name stands for a type, or for the package (or service) that it is. */
type Symbols = Map<string, Message | Enum | "scope">;

/** Sets the target of every type name. Throws a `SchemaError` for a name that no imported file declares. */
export function link(schemas: readonly Schema[]): void {
  const byPath = new Map(schemas.map((schema) => [schema.path, schema]));
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

/** What a file sees: its own types, those of its imports, and of what these import publicly. */
function visible(schema: Schema, byPath: ReadonlyMap<string, Schema>): Symbols {
  const symbols: Symbols = new Map();
  const seen = new Set<Schema>();
  const add = (from: Schema, all: boolean): void => {
    if (seen.has(from)) return;
    seen.add(from);
    for (const type of [...allMessages(from), ...allEnums(from)]) symbols.set(type.fullName, type);
    for (const scope of [...prefixes(from.package), ...from.services.map(({ fullName }) => fullName)]) {
      if (!symbols.has(scope)) symbols.set(scope, "scope");
    }
    for (const imported of from.imports) {
      const target = byPath.get(imported.path);
      if (target !== undefined && !imported.option && (all || imported.public)) add(target, false);
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
    if (start === undefined || (first !== name && start !== "scope" && start.kind === "enum")) continue;
    if (first === name && start === "scope") continue;
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

function known(target: Message | Enum | "scope" | undefined, { name, at }: TypeName): Message | Enum {
  if (target === undefined) throw new SchemaError(at, `${name} is neither declared here nor in a file imported here`);
  if (target === "scope") throw new SchemaError(at, `${name} is not a type`);
  if (target.local && target.at.file !== at.file) throw new SchemaError(at, `${name} is local to ${target.at.file}`);
  return target;
}

function resolveMessage(type: TypeName, symbols: Symbols, rule: string): Message {
  const target = resolve(type, symbols);
  if (target.kind !== "message") throw new SchemaError(type.at, `${type.name} is an enum: ${rule}`);
  return target;
}
