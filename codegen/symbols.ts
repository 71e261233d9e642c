import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  type Extension,
  fullNameOf,
  type Message,
  type Schema,
} from "./model.js";

/** What a full name stands for: a type, an extension, a package or service, or a field or whatever else has a name. */
export type Meaning = Message | Enum | Extension | "scope" | "other";

/** What all files declare, by full names. */
export type Declared = ReadonlyMap<string, { readonly meaning: Meaning; readonly schema: Schema }>;

export function declaredIn(schemas: readonly Schema[]): Declared {
  const declared = new Map<string, { meaning: Meaning; schema: Schema }>();
  for (const schema of schemas) {
    const add = (name: string, meaning: Meaning): unknown => declared.set(name, { meaning, schema });
    for (const message of allMessages(schema)) {
      for (const { name } of [...message.fields, ...message.oneofs]) add(`${message.fullName}.${name}`, "other");
    }
    for (const { fullName, methods } of schema.services) {
      add(fullName, "scope");
      for (const { name } of methods) add(`${fullName}.${name}`, "other");
    }
    for (const type of allEnums(schema)) {
      const scope = type.fullName.slice(0, type.fullName.length - type.name.length);
      for (const { name } of type.values) add(scope + name, "other");
    }
    for (const extension of allExtensions(schema)) add(fullNameOf(extension), extension);
    for (const type of [...allMessages(schema), ...allEnums(schema)]) add(type.fullName, type);
  }
  return declared;
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
