import { posix } from "node:path";
import { allEnums, allMessages, type Enum, type Message, type Schema } from "../model.js";
import { CODEC, Imports, RPC, TOPIC } from "./imports.js";
import { Names } from "./names.js";

/** Where each type is generated. */
export type Owners = ReadonlyMap<Message | Enum, { readonly schema: Schema; readonly names: Names }>;

export function ownersOf(schemas: readonly Schema[]): Owners {
  return new Map(
    schemas.flatMap((schema) => {
      const owner = { schema, names: new Names(schema) };
      return [...allMessages(schema), ...allEnums(schema)].map((type) => [type, owner] as const);
    }),
  );
}

/** One generated file while it is written: hands out names, and remembers what must be imported for them. */
export class File {
  readonly #imports: Imports;
  readonly #owners: Owners;
  readonly #schema: Schema;
  readonly names: Names;

  constructor(schema: Schema, owners: Owners) {
    this.#schema = schema;
    this.#owners = owners;
    const [own] = [...allMessages(schema), ...allEnums(schema)];
    this.names = own === undefined ? new Names(schema) : owners.get(own)!.names;
    this.#imports = new Imports(this.names);
  }

  /** A function of the runtime. */
  use(name: string): string {
    return this.#imports.add(CODEC, name, name);
  }

  /** A type of the runtime that has to do with bytes. */
  codecType(name: string): string {
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

  /** A global that a message of the schema may have taken the name of. */
  global(name: string): string {
    return this.names.has(name) ? `globalThis.${name}` : name;
  }

  /** The name of a message or enum as a type only. */
  type(type: Message | Enum): string {
    const name = this.#ownerOf(type).names.of(type);
    return this.#foreign(type, name, `type ${name}`);
  }

  /** The codec of a message. */
  codec(message: Message): string {
    const name = this.#ownerOf(message).names.of(message);
    return this.#foreign(message, name, name);
  }

  /** An enum with its numbers. */
  value(type: Enum): string {
    const name = this.#ownerOf(type).names.of(type);
    return this.#foreign(type, name, name);
  }

  /** The function that writes or reads a message. */
  helper(message: Message, kind: "write" | "read"): string {
    const name = this.#ownerOf(message).names.helpers(message)[kind];
    return this.#foreign(message, name, name);
  }

  /** The function that tells which numbers a closed enum names. */
  named(type: Enum): string {
    const name = this.#ownerOf(type).names.named(type);
    return this.#foreign(type, name, name);
  }

  #ownerOf(type: Message | Enum): { readonly schema: Schema; readonly names: Names } {
    return this.#owners.get(type)!;
  }

  #foreign(type: Message | Enum, name: string, imported: string): string {
    const { schema } = this.#ownerOf(type);
    if (schema === this.#schema) return name;
    const path = posix.relative(posix.dirname(this.#schema.path), outputPath(schema.path, ".js"));
    return this.#imports.add(path.startsWith(".") ? path : `./${path}`, imported, name);
  }

  /** The import statements for all that was handed out. */
  imports(): string {
    return this.#imports.text();
  }
}

/** `a/b.proto` → `a/b.ts` */
export function outputPath(path: string, extension: ".ts" | ".js"): string {
  return path.replace(/\.proto$/, "") + extension;
}
