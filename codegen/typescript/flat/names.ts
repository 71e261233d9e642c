import type { FlatEnum, FlatSchema, Struct, Table, Union } from "../../fbs/model.js";
import { propertyName, RESERVED, upperFirst } from "../names.js";

/** What a schema declares. */
export type Declared = Table | Struct | FlatEnum | Union;

/** What is generated for a type beside its interface; `Level` is called `writeLevel` where it is written. */
export type Part = "Reader" | "write" | "verify" | "plain" | "set" | "append" | "read" | "numberOf" | "find" | "sort";

const PARTS: Readonly<Record<Declared["kind"], readonly Part[]>> = {
  table: ["Reader", "read", "write", "verify", "plain", "find", "sort"],
  struct: ["Reader", "read", "set", "plain", "find", "sort"],
  union: ["append", "verify", "read", "plain", "numberOf"],
  enum: [],
};

/** The names that one generated file uses at its top. */
export class FlatNames {
  readonly #types = new Map<Declared, string>();
  readonly #parts = new Map<Declared, ReadonlyMap<Part, string>>();
  readonly #taken = new Set<string>();

  constructor(schema: FlatSchema) {
    const types = declaredIn(schema);
    const once = new Set(
      types.map(({ name }) => name).filter((name, _, all) => all.indexOf(name) === all.lastIndexOf(name)),
    );
    for (const type of types) {
      this.#types.set(type, this.take(once.has(type.name) ? type.name : type.fullName.replaceAll(".", "_")));
    }
    for (const type of types) {
      const name = upperFirst(this.of(type));
      const parts = PARTS[type.kind].map(
        (part) => [part, this.take(part === "Reader" ? name + part : part + name)] as const,
      );
      this.#parts.set(type, new Map(parts));
    }
  }

  /** What a type of this file is called. */
  of(type: Declared): string {
    return this.#types.get(type)!;
  }

  /** What a part of what is generated for a type of this file is called. */
  part(type: Declared, part: Part): string {
    return this.#parts.get(type)!.get(part)!;
  }

  /** Whether the file declares `name`. */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Takes `name`, or the next free one behind it. */
  take(name: string): string {
    let free = name;
    while (this.#taken.has(free) || RESERVED.has(free)) free += "_";
    this.#taken.add(free);
    return free;
  }
}

/** All that a file declares, in the order in which it is generated. */
export function declaredIn({ enums, structs, tables, unions }: FlatSchema): Declared[] {
  return [...enums, ...structs, ...unions, ...tables];
}

/** A field as TypeScript calls it; readers have a method `toJSON` already. */
export function fieldName(name: string): string {
  const property = propertyName(name);
  return property === "toJSON" ? "toJSON_" : property;
}
