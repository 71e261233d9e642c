import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  type Extension,
  fullNameOf,
  type Message,
  type Position,
  type Schema,
  SchemaError,
} from "./model.js";

/** What a full name stands for: a type, an extension, a package or service, or a field or whatever else has a name. */
export type Meaning = Message | Enum | Extension | "scope" | "other";

interface Declaration {
  readonly meaning: Meaning;
  readonly schema: Schema;
  readonly at: Position;
}

/** What all files declare, by full names. */
export type Declared = ReadonlyMap<string, Declaration>;

/** Gathers what all files declare. Throws a `SchemaError` for what two declare, or one has for a package. */
export function declaredIn(schemas: readonly Schema[]): Declared {
  const declared = new Map<string, Declaration>();
  for (const schema of schemas) {
    for (const [fullName, meaning, at] of declarationsOf(schema)) {
      const before = declared.get(fullName);
      if (before !== undefined && before.schema !== schema) {
        throw new SchemaError(at, `${fullName} is already declared in ${placeOf(before)}`);
      }
      declared.set(fullName, { meaning, schema, at });
    }
  }
  for (const { package: name, packageAt } of schemas) {
    const prefix = prefixes(name).find((start) => declared.has(start));
    const before = prefix === undefined ? undefined : declared.get(prefix);
    if (before !== undefined) {
      throw new SchemaError(packageAt, `${prefix} is a package here, but declared in ${placeOf(before)}`);
    }
  }
  return declared;
}

function placeOf({ at }: Declaration): string {
  return `${at.file}:${at.line}`;
}

function* declarationsOf(schema: Schema): Generator<readonly [string, Meaning, Position]> {
  for (const message of allMessages(schema)) {
    for (const { name, at } of [...message.fields, ...message.oneofs]) {
      yield [`${message.fullName}.${name}`, "other", at];
    }
    yield [message.fullName, message, message.at];
  }
  for (const type of allEnums(schema)) {
    // Values stand beside their enum.
    const scope = type.fullName.slice(0, type.fullName.length - type.name.length);
    for (const { name, at } of type.values) yield [scope + name, "other", at];
    yield [type.fullName, type, type.at];
  }
  for (const { fullName, methods, at } of schema.services) {
    yield [fullName, "scope", at];
    for (const method of methods) yield [`${fullName}.${method.name}`, "other", method.at];
  }
  for (const extension of allExtensions(schema)) yield [fullNameOf(extension), extension, extension.at];
}

/** What one file can name: its own declarations, those of its imports, and of what these import publicly. */
export class View {
  readonly #declared: Declared;
  readonly #files = new Set<Schema>();
  readonly #packages = new Set<string>();

  /** `forOptions`: with what the file imports for its options only. */
  constructor(schema: Schema, byPath: ReadonlyMap<string, Schema>, declared: Declared, forOptions: boolean) {
    this.#declared = declared;
    this.#add(schema);
    for (const { path, option } of schema.imports) {
      const imported = byPath.get(path);
      if (imported !== undefined && (forOptions || !option)) this.#addPublic(imported, byPath);
    }
  }

  #add(schema: Schema): void {
    this.#files.add(schema);
    for (const name of prefixes(schema.package)) this.#packages.add(name);
  }

  #addPublic(schema: Schema, byPath: ReadonlyMap<string, Schema>): void {
    if (this.#files.has(schema)) return;
    this.#add(schema);
    for (const imported of schema.imports) {
      const target = imported.public ? byPath.get(imported.path) : undefined;
      if (target !== undefined) this.#addPublic(target, byPath);
    }
  }

  get(fullName: string): Meaning | undefined {
    const found = this.#declared.get(fullName);
    if (found !== undefined && this.#files.has(found.schema)) return found.meaning;
    return this.#packages.has(fullName) ? "scope" : undefined;
  }

  /**
   * Looks a name up as protoc does: the innermost scope that knows its first part decides. `types`: what is no type is
   * passed by. The full name that decides, and what it stands for.
   */
  find(name: string, scope: string, types: boolean): { readonly fullName: string; readonly meaning?: Meaning } {
    if (name.startsWith(".")) return this.#at(name.slice(1));
    const [first = name] = name.split(".");
    for (const outer of [...prefixes(scope).toReversed(), ""]) {
      const prefix = outer === "" ? "" : `${outer}.`;
      const start = this.get(prefix + first);
      if (start === undefined) continue;
      const passedBy = first === name ? types && !isType(start) : start !== "scope" && !isType(start);
      if (!passedBy) return this.#at(prefix + name);
    }
    return { fullName: name };
  }

  #at(fullName: string): { readonly fullName: string; readonly meaning?: Meaning } {
    const meaning = this.get(fullName);
    return meaning === undefined ? { fullName } : { fullName, meaning };
  }
}

export function isType(meaning: Meaning | undefined): meaning is Message | Enum {
  return typeof meaning === "object" && "kind" in meaning;
}

export function isExtension(meaning: Meaning | undefined): meaning is Extension {
  return typeof meaning === "object" && "extendee" in meaning;
}

/** `a`, `a.b`, `a.b.c` */
function prefixes(name: string): string[] {
  const parts = name.split(".");
  return name === "" ? [] : parts.map((_, i) => parts.slice(0, i + 1).join("."));
}
