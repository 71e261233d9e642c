import { posix } from "node:path";
import { allEnums, allMessages, type Enum, type Message, type Schema } from "../model.js";
import { Names } from "./names.js";

const CODEC = "millrace/codec";
const WIDTH = 120;

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
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #owners: Owners;
  readonly #schema: Schema;
  readonly names: Names;

  constructor(schema: Schema, owners: Owners) {
    this.#schema = schema;
    this.#owners = owners;
    const [own] = [...allMessages(schema), ...allEnums(schema)];
    this.names = own === undefined ? new Names(schema) : owners.get(own)!.names;
  }

  /** A function of the runtime. */
  use(name: string): string {
    return this.#import(CODEC, name, name);
  }

  /** A type of the runtime that has to do with bytes. */
  codecType(name: string): string {
    return this.#import(CODEC, `type ${name}`, name);
  }

  /** A type of the runtime that has to do with calls. */
  rpcType(name: string): string {
    return this.#import("millrace", `type ${name}`, name);
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
    return this.#import(path.startsWith(".") ? path : `./${path}`, imported, name);
  }

  /** Imports under the name itself, or the next free one. What is a codec and a type is imported once. */
  #import(from: string, imported: string, name: string): string {
    const names = this.#imports.get(from) ?? new Map<string, string>();
    this.#imports.set(from, names);
    const known = names.get(name) ?? names.get(`type ${name}`);
    const local = known ?? this.names.take(name);
    if (!names.has(name)) names.set(imported, local);
    if (imported === name) names.delete(`type ${name}`);
    return local;
  }

  /** The import statements for all that was handed out. */
  imports(): string {
    return [...this.#imports]
      .sort(([a], [b]) => rank(a) - rank(b) || compare(a, b))
      .map(([from, names]) => importLine(from, names))
      .join("");
  }
}

/** `a/b.proto` → `a/b.ts` */
export function outputPath(path: string, extension: ".ts" | ".js"): string {
  return path.replace(/\.proto$/, "") + extension;
}

function plain(name: string): string {
  return name.replace("type ", "");
}

function rank(from: string): number {
  return from === "millrace" ? 0 : from === CODEC ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function importLine(from: string, names: ReadonlyMap<string, string>): string {
  const typesOnly = [...names.keys()].every((name) => name.startsWith("type "));
  const items = [...names]
    .sort(([a], [b]) => compare(plain(a).toLowerCase(), plain(b).toLowerCase()) || compare(a, b))
    .map(([name, local]) => (plain(name) === local ? name : `${name} as ${local}`))
    .map((item) => (typesOnly ? plain(item) : item));
  const word = typesOnly ? "import type" : "import";
  const line = `${word} { ${items.join(", ")} } from "${from}";\n`;
  return line.length <= WIDTH + 1
    ? line
    : `${word} {\n${items.map((item) => `  ${item},\n`).join("")}} from "${from}";\n`;
}
