import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  type Extension,
  type Message,
  type Named,
  type Schema,
  SchemaError,
} from "../model.js";

/** What every object inherits, and `then`, which makes a promise of what has it. */
const INHERITED = new Set([...Object.getOwnPropertyNames(Object.prototype), "then"]);

/** What cannot name a type or a constant, in a module of CommonJS or otherwise. */
export const RESERVED = new Set(
  (
    "any arguments as async await bigint boolean break case catch class const continue debugger declare default delete do else enum " +
    "eval export exports extends false finally for from function get globalThis if implements import in infer instanceof interface " +
    "intrinsic is keyof let module namespace never new null number object Object of package private protected " +
    "public readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined " +
    "unique unknown using var void while with yield __esModule"
  ).split(" "),
);

/** What the functions that are generated call their own, and a message that they name would be hidden by. */
const LOCAL = new Set(["end", "key", "m", "map", "r", "tag", "value"]);

/** A field, oneof or method as TypeScript calls it: lowerCamelCase, with `_` behind what every object has. */
export function propertyName(name: string): string {
  const camel = name.replaceAll(/_+(.?)/g, (_, next: string) => next.toUpperCase());
  const property = isIdentifier(camel) ? camel.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (head) => head.toLowerCase()) : name;
  return INHERITED.has(property) ? `${property}_` : property;
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

/** The values of an enum as TypeScript calls them: without `SIDE_` when all of `Side` start so. */
export function valueNames(type: Enum): string[] {
  const { length } = enumPrefix(type);
  return type.values.map(({ name }) => name.slice(length));
}

/** What the values of an enum have in front of them in the schema only: `SIDE_`, or nothing. */
export function enumPrefix(type: Enum): string {
  const prefix = `${type.name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase()}_`;
  const isShared = type.values.every(({ name }) => name.startsWith(prefix) && isIdentifier(name.slice(prefix.length)));
  return isShared ? prefix : "";
}

export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

export function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** The functions that are generated for one message. */
export interface Helpers {
  readonly make: string;
  readonly write: string;
  readonly read: string;
  readonly fields: string;
}

/** The names that one generated file uses at its top. */
export class Names {
  readonly #types = new Map<Named, string>();
  readonly #helpers = new Map<Message, Helpers>();
  readonly #named = new Map<Enum, string>();
  readonly #taken = new Map<string, string>();

  constructor(schema: Schema) {
    const start = schema.package === "" ? 0 : schema.package.length + 1;
    for (const type of [...allMessages(schema), ...allEnums(schema)]) {
      const plain = type.fullName.slice(start).replaceAll(".", "_");
      const name = RESERVED.has(plain) || LOCAL.has(plain) ? `${plain}_` : plain;
      const before = this.#taken.get(name);
      if (before !== undefined) {
        throw new SchemaError(type.at, `${type.fullName} and ${before} are both ${name} in TypeScript`);
      }
      this.#taken.set(name, type.fullName);
      this.#types.set(type, name);
    }
    for (const message of allMessages(schema)) {
      const [make, write, read, fields] = ["new", "write", "read", "fieldsOf"].map((verb) =>
        this.take(verb + upperFirst(this.of(message))),
      );
      this.#helpers.set(message, { make, write, read, fields });
    }
    for (const type of allEnums(schema).filter(({ closed }) => closed)) {
      this.#named.set(type, this.take(`named${upperFirst(this.of(type))}`));
    }
    for (const extension of allExtensions(schema)) {
      const scope = extension.extendee.scope.slice(start).replaceAll(".", "_");
      const name = propertyName(extension.name);
      this.#types.set(extension, this.take(scope === "" ? name : `${scope}_${name}`));
    }
  }

  /** The functions that are generated for a message of this file. */
  helpers(message: Message): Helpers {
    return this.#helpers.get(message)!;
  }

  /** The function that tells which numbers a closed enum of this file names. */
  named(type: Enum): string {
    return this.#named.get(type)!;
  }

  /** What a message, an enum or an extension of this file is called. */
  of(type: Message | Enum | Extension): string {
    return this.#types.get(type)!;
  }

  /** Whether the file declares `name`. */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Takes `name`, or the next free one behind it. */
  take(name: string): string {
    let free = name;
    while (this.#taken.has(free) || RESERVED.has(free)) free += "_";
    this.#taken.set(free, name);
    return free;
  }
}
