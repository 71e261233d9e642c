import {
  type FlatEnum,
  type FlatNamed,
  type Position,
  SCALARS,
  type Scalar,
  SchemaError,
  type Struct,
  type Table,
  type Type,
  type TypeRef,
  type Union,
} from "../model.js";
import { isFloat, isInRange } from "../number.js";
import type { RawEnum, RawNamed, RawSchema, RawType } from "./reflection.js";

/** The types of a `.bfbs` file, which call one another by their numbers. */
export class Types {
  readonly #raw: RawSchema;
  readonly #at: Position;
  readonly #enums: readonly (FlatEnum | Union)[];
  readonly #indices: ReadonlyMap<string, number>;
  /** References to tables and structs, whose targets are set at the end. */
  readonly #refs: { readonly ref: TypeRef; readonly index: number }[] = [];

  constructor(raw: RawSchema, at: Position) {
    this.#raw = raw;
    this.#at = at;
    this.#indices = new Map(raw.objects.map(({ name }, index) => [name, index]));
    this.#enums = raw.enums.map((type) => (type.isUnion ? this.#union(type) : this.#enum(type)));
  }

  get enums(): readonly (FlatEnum | Union)[] {
    return this.#enums;
  }

  /** Sets the targets of all references. */
  finish(objects: readonly (Table | Struct)[]): void {
    for (const { ref, index } of this.#refs) ref.target = objects[index];
  }

  /** Throws a `SchemaError`; where something stood in its text is not known. */
  fail(why: string): never {
    throw new SchemaError(this.#at, why);
  }

  named({ name, doc, attributes }: RawNamed): FlatNamed {
    if (!/^[A-Za-z_]\w*$/.test(name)) this.fail(`${JSON.stringify(name)} cannot be a name`);
    return {
      name,
      at: this.#at,
      doc,
      attributes: attributes.map(({ name: text, value }) => {
        return { name: text, at: this.#at, ...(value !== undefined && { value }) };
      }),
    };
  }

  /** A type's name, its parts checked. */
  typed(raw: RawNamed): FlatNamed & { readonly fullName: string; readonly namespace: string } {
    const parts = raw.name.split(".");
    const name = parts.pop() ?? "";
    for (const part of parts) this.named({ ...raw, name: part });
    return { ...this.named({ ...raw, name }), fullName: raw.name, namespace: parts.join(".") };
  }

  /** A reference to a table or struct by its number. */
  object(index: number): TypeRef {
    const raw = this.#raw.objects[index] ?? this.fail(`there is no table or struct ${index}`);
    const ref: TypeRef = { name: raw.name, at: this.#at, scope: "" };
    this.#refs.push({ ref, index });
    return ref;
  }

  /** A reference to a table or struct by its full name. */
  objectNamed(name: string): TypeRef {
    return this.object(this.#indices.get(name) ?? this.fail(`there is no table ${JSON.stringify(name)}`));
  }

  hasObject(name: string): boolean {
    return this.#indices.has(name);
  }

  /** A field's type; `known` gives structs that are there already. */
  type({ base, item, index, length }: RawType, known: (index: number) => Struct | undefined): Type {
    if (base === "list") return { kind: "list", item: this.#single(item, index, known) };
    if (base !== "array") return this.#single(base, index, known);
    if (length === 0) this.fail("an array has no items");
    return { kind: "array", item: this.#single(item, index, known), length };
  }

  /** A type as its schema would have it. */
  textOf({ base, item, index, length }: RawType): string {
    const single = base === "list" || base === "array" ? item : base;
    const named = single === "object" ? this.#raw.objects[index] : index < 0 ? undefined : this.#raw.enums[index];
    const text = named?.name ?? single;
    return base === "list" ? `[${text}]` : base === "array" ? `[${text}:${length}]` : text;
  }

  #single(base: RawType["base"], index: number, known: (index: number) => Struct | undefined): Type {
    if (base === "string") return { kind: "string" };
    if (base === "object") {
      const ref = this.object(index);
      const target = known(index);
      if (target !== undefined) ref.target = target;
      return { kind: "type", ref };
    }
    if (base !== "union") {
      const scalar = this.#scalar(base);
      if (index < 0) return { kind: "scalar", scalar };
    }
    const target = this.#enums[index] ?? this.fail(`there is no enum ${index}`);
    if ((target.kind === "union") !== (base === "union")) this.fail(`${target.fullName} is taken for something else`);
    return { kind: "type", ref: { name: target.fullName, at: this.#at, scope: "", target } };
  }

  #scalar(base: RawType["base"]): Scalar {
    return SCALARS.find((scalar) => scalar === base) ?? this.fail(`a ${base} cannot be a field`);
  }

  #enum(raw: RawEnum): FlatEnum {
    const base = this.#base(raw.type.base);
    const values = this.#values(raw, base);
    const flags = raw.attributes.some(({ name }) => name === "bit_flags");
    if (values.length === 0) this.fail(`${raw.name} has no values`);
    return { ...this.typed(raw), kind: "enum", base, flags, values };
  }

  #union(raw: RawEnum): Union {
    const base = raw.type.base === "union type" ? "uint8" : this.#base(raw.type.base);
    const values = this.#values(raw, base);
    const members = raw.values.flatMap(({ type, value }, i) => {
      if (value === 0n) return [];
      const isMember = type !== undefined && (type.base === "object" || type.base === "string");
      if (!isMember) return this.fail(`${raw.name}.${values[i].name} is neither a table nor a struct nor a string`);
      return [{ ...values[i], type: this.#single(type.base, type.index, () => undefined) }];
    });
    return { ...this.typed(raw), kind: "union", base, members };
  }

  #base(base: RawType["base"]): Scalar {
    const scalar = this.#scalar(base);
    return scalar === "bool" || isFloat(scalar) ? this.fail("the numbers of an enum are not integers") : scalar;
  }

  #values(raw: RawEnum, base: Scalar): (FlatNamed & { readonly number: bigint })[] {
    const seen = new Set<string | bigint>();
    return raw.values.map((value) => {
      const number = base === "uint64" ? BigInt.asUintN(64, value.value) : value.value;
      if (!isInRange(number, base)) this.fail(`${raw.name}.${value.name} is not in the range of ${base}`);
      if (seen.has(value.name) || seen.has(number)) this.fail(`${raw.name}.${value.name} is there twice`);
      seen.add(value.name).add(number);
      return { ...this.named(value), number };
    });
  }
}
