import { posix } from "node:path";
import type { FlatSchema, TypeRef } from "../../fbs/model.js";
import { CODEC, Imports, RPC, TOPIC } from "../imports.js";
import { type Declared, declaredIn, FlatNames, type Part } from "./names.js";

/** Where each type is generated. */
export type FlatOwners = ReadonlyMap<Declared, { readonly schema: FlatSchema; readonly names: FlatNames }>;

export function flatOwnersOf(schemas: readonly FlatSchema[]): FlatOwners {
  return new Map(
    schemas.flatMap((schema) => {
      const owner = { schema, names: new FlatNames(schema) };
      return declaredIn(schema).map((type) => [type, owner] as const);
    }),
  );
}

/** One generated file while it is written: hands out names, and remembers what must be imported for them. */
export class FlatFile {
  readonly #imports: Imports;
  readonly #owners: FlatOwners;
  readonly #schema: FlatSchema;
  readonly names: FlatNames;

  constructor(schema: FlatSchema, owners: FlatOwners) {
    this.#schema = schema;
    this.#owners = owners;
    const [own] = declaredIn(schema);
    this.names = own === undefined ? new FlatNames(schema) : owners.get(own)!.names;
    this.#imports = new Imports(this.names);
  }

  /** A function or class of the runtime. */
  use(name: string): string {
    return this.#imports.add(CODEC, name, name);
  }

  /** A type of the runtime. */
  useType(name: string): string {
    return this.#imports.add(CODEC, `type ${name}`, name);
  }

  /** A type of the runtime that has to do with calls. */
  rpcType(name: string): string {
    return this.#imports.add(RPC, `type ${name}`, name);
  }

  /** What services with topics bring. */
  useTopic(name: string): string {
    return this.#imports.add(TOPIC, name, name);
  }

  /** A global that a type of the schema may have taken the name of. */
  global(name: string): string {
    return this.names.has(name) ? `globalThis.${name}` : name;
  }

  /** The name of a type as a type only. */
  type(type: Declared): string {
    const name = this.#owners.get(type)!.names.of(type);
    return this.#foreign(type, name, `type ${name}`);
  }

  /** The codec of a table. */
  codec(type: Declared): string {
    const name = this.#owners.get(type)!.names.of(type);
    return this.#foreign(type, name, name);
  }

  /** What is generated for a type beside its interface. */
  part(type: Declared, part: Part): string {
    const name = this.#owners.get(type)!.names.part(type, part);
    return this.#foreign(type, name, name);
  }

  /** The identifier that a buffer of `type` has in front. */
  identifier(type: Declared): string | undefined {
    const { root, fileIdentifier } = this.#owners.get(type)!.schema;
    return root?.target === type ? fileIdentifier : undefined;
  }

  #foreign(type: Declared, name: string, imported: string): string {
    const { schema } = this.#owners.get(type)!;
    if (schema === this.#schema) return name;
    const path = posix.relative(posix.dirname(this.#schema.path), flatOutputPath(schema.path, ".js"));
    return this.#imports.add(path.startsWith(".") ? path : `./${path}`, imported, name);
  }

  /** The import statements for all that was handed out. */
  imports(): string {
    return this.#imports.text();
  }
}

/** `a/b.fbs` → `a/b.ts` */
export function flatOutputPath(path: string, extension: ".ts" | ".js"): string {
  return path.replace(/\.b?fbs$/, "") + extension;
}

export function targetOf({ name, target }: TypeRef): Declared {
  if (target === undefined) throw new Error(`${name} was not resolved`);
  return target;
}
