import {
  type FlatEnum,
  type FlatSchema,
  type Position,
  SchemaError,
  type Struct,
  type Table,
  type TypeRef,
  type Union,
} from "./model.js";
import type { Word } from "./tree.js";

/** Attributes that need no declaration. Those that start with `native_` or `cpp_`, and some others, mean nothing here. */
const BUILT_IN = (
  "deprecated required key shared hash id force_align bit_flags original_order nested_flatbuffer flexbuffer streaming " +
  "idempotent topic private offset64 vector64 csharp_partial cpp_type cpp_ptr_type cpp_ptr_type_get cpp_str_type " +
  "cpp_str_flex_ctor native_inline native_custom_alloc native_type native_type_pack_name native_default"
).split(" ");

/** A table or struct, from where it is first named. */
interface Entry {
  /** Whether its declaration has begun; until it has ended, there is no `type`. */
  kind?: "table" | "struct";
  type?: Table | Struct;
  readonly refs: TypeRef[];
}

/** The numbers of an enum's values. */
interface Numbers {
  readonly byName: ReadonlyMap<string, bigint>;
  readonly all: ReadonlySet<bigint>;
}

/**
 * The names of all files that are read together, looked up as flatc does: in one pass, so that what was declared
 * before decides. A table may be named before it is declared, by its bare name or its full one.
 */
export class Names {
  /** By full name, or by the name that a type was used with before it was declared. */
  readonly #records = new Map<string, Entry>();
  readonly #entries: Entry[] = [];
  readonly #enums = new Map<string, FlatEnum | Union>();
  readonly #numbers = new Map<FlatEnum | Union, Numbers>();
  readonly #services = new Set<string>();
  readonly #attributes = new Set(BUILT_IN);

  declareAttribute(name: string): void {
    this.#attributes.add(name);
  }

  hasAttribute(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** Begins the declaration of a table or struct: from here on, it can be named as what it is. */
  begin(kind: "table" | "struct", { text, at }: Word, namespace: string): void {
    const name = join(namespace, text);
    const known = this.#records.get(name);
    if (known?.kind !== undefined) throw new SchemaError(at, `${name} is already there${whereOf(known.type, at)}`);
    const entry = this.#undeclared(text) ?? known ?? this.#add(name);
    entry.kind = kind;
    if (this.#records.get(text) === entry) this.#records.delete(text);
    this.#records.set(name, entry);
    this.#refuseEnum(name, at);
  }

  /** Ends a declaration: all that named it so far finds it. */
  end(type: Table | Struct): void {
    const entry = this.#records.get(type.fullName);
    if (entry === undefined) throw new Error(`${type.fullName} was not begun`);
    entry.type = type;
    for (const ref of entry.refs) ref.target = type;
  }

  declareEnum(type: FlatEnum | Union): void {
    const entry = this.#records.get(type.fullName);
    this.#refuseEnum(type.fullName, type.at);
    if (entry?.kind !== undefined) {
      throw new SchemaError(type.at, `${type.fullName} is already there${whereOf(entry.type, type.at)}`);
    }
    this.#enums.set(type.fullName, type);
    const values = type.kind === "enum" ? type.values : [...type.members, { name: "NONE", number: 0n }];
    const byName = new Map(values.map(({ name, number }) => [name, number]));
    this.#numbers.set(type, { byName, all: new Set(byName.values()) });
  }

  declareService(fullName: string, at: Position): void {
    if (this.#services.has(fullName)) throw new SchemaError(at, `the service ${fullName} is already there`);
    this.#services.add(fullName);
  }

  /** Adds what a file declares that was read with others before. */
  adopt(schema: FlatSchema, attributes: readonly string[]): void {
    for (const name of attributes) this.declareAttribute(name);
    for (const type of [...schema.enums, ...schema.unions]) this.declareEnum(type);
    for (const type of [...schema.tables, ...schema.structs]) {
      this.begin(type.kind, { text: type.name, at: type.at }, type.namespace);
      this.end(type);
    }
    for (const { fullName, at } of schema.services) this.declareService(fullName, at);
  }

  /** The type that a name means in a namespace. Its target is there at once unless its declaration has not ended. */
  refer({ text, at }: Word, namespace: string): TypeRef {
    const type = this.findEnum(text, namespace);
    if (type !== undefined) return { name: text, at, scope: namespace, target: type };
    return this.referRecord({ text, at }, namespace);
  }

  /** As `refer`, for where only a table or struct can be meant. */
  referRecord(word: Word, namespace: string): TypeRef {
    return refTo(this.#find(word.text, namespace) ?? this.#add(word.text), word, namespace);
  }

  /** The enum or union that a name means in a namespace, from the innermost outward. */
  findEnum(name: string, namespace: string): FlatEnum | Union | undefined {
    return this.#lookUp(this.#enums, name, namespace);
  }

  /** The table that a file's root is called by: by its full name, or by one in this very namespace. */
  referRoot(word: Word, namespace: string): TypeRef {
    const entry = this.#records.get(word.text) ?? this.#records.get(join(namespace, word.text));
    if (entry === undefined) {
      throw new SchemaError(word.at, `${word.text} is not declared above: root_type stands behind its table`);
    }
    return refTo(entry, word, namespace);
  }

  /** The number that an enum's value or a union's member has. */
  numberOf(type: FlatEnum | Union, name: string): bigint | undefined {
    return this.#numbers.get(type)?.byName.get(name);
  }

  hasNumber(type: FlatEnum, number: bigint): boolean {
    return this.#numbers.get(type)?.all.has(number) === true;
  }

  /** Whether a field cannot have this name, because a table or struct has it. */
  isTaken(name: string, namespace: string): boolean {
    return this.#find(name, namespace) !== undefined;
  }

  /** Whether a type is a struct whose declaration has not ended, as one that holds itself. */
  isOpenStruct(ref: TypeRef): boolean {
    const entry = this.#find(ref.name, ref.scope);
    return entry?.kind === "struct" && entry.type === undefined;
  }

  /** Throws a `SchemaError` if something was named that nothing declares. */
  finish(): void {
    for (const { kind, refs } of this.#entries) if (kind === undefined) this.#refuse(refs[0]);
  }

  #refuse({ name, at, scope }: TypeRef): never {
    const other = this.findEnum(name, scope);
    if (other !== undefined) {
      const kind = other.kind === "enum" ? "an enum" : "a union";
      throw new SchemaError(at, `${name} is ${kind}, which can be used below its declaration only, and in no union`);
    }
    const full = [...this.#records].find(([key, { kind: known }]) => known !== undefined && key.endsWith(`.${name}`));
    const hint = full === undefined ? "" : `: call it ${full[0]}`;
    throw new SchemaError(at, `${name} is neither declared here nor in a file included here${hint}`);
  }

  #find(name: string, namespace: string): Entry | undefined {
    return this.#undeclared(name) ?? this.#lookUp(this.#records, name, namespace);
  }

  #undeclared(name: string): Entry | undefined {
    const entry = this.#records.get(name);
    return entry?.kind === undefined ? entry : undefined;
  }

  #add(name: string): Entry {
    const entry: Entry = { refs: [] };
    this.#records.set(name, entry);
    this.#entries.push(entry);
    return entry;
  }

  #lookUp<T>(table: ReadonlyMap<string, T>, name: string, namespace: string): T | undefined {
    for (let scope = namespace; scope !== ""; scope = scope.slice(0, Math.max(scope.lastIndexOf("."), 0))) {
      const found = table.get(`${scope}.${name}`);
      if (found !== undefined) return found;
    }
    return table.get(name);
  }

  #refuseEnum(name: string, at: Position): void {
    const type = this.#enums.get(name);
    if (type !== undefined) throw new SchemaError(at, `${name} is already there${whereOf(type, at)}`);
  }
}

/** Where a type stands, seen from a place that is perhaps in the same file. */
function whereOf(type: { readonly at: Position } | undefined, from: Position): string {
  if (type === undefined) return "";
  const { file, line } = type.at;
  return file === from.file ? `, on line ${line}` : `, in ${file}:${line}`;
}

function refTo({ type, refs }: Entry, { text, at }: Word, scope: string): TypeRef {
  const ref: TypeRef = { name: text, at, scope };
  if (type !== undefined) ref.target = type;
  refs.push(ref);
  return ref;
}

export function join(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}.${name}`;
}
