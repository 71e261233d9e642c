import { type Code, MillraceError } from "../../error.js";
import { BASE_BYTES, BYTES_PER_BYTE, EXHAUSTED } from "../budget.js";
import type { Slot } from "../pick.js";
import type { JsonMessage } from "./field.js";
import type { JsonValue } from "./value.js";

/** As deep as messages and the entries of maps may nest on the wire, too. */
export const MAX_DEPTH = 100;

/** How a message becomes JSON; what is not said is off. */
export interface ToJsonOptions {
  /** The messages that an `Any` may hold, and the extensions that messages may have. */
  readonly types?: readonly (JsonCodec | JsonExtension)[];
  /** Write fields that hold their default, empty lists and empty maps, too; not what can be told from nothing. */
  readonly emitDefaults?: boolean;
  /** Name fields as the schema does, `limit_price` instead of `limitPrice`. */
  readonly useProtoNames?: boolean;
  /** Write enums as numbers instead of names. */
  readonly enumsAsNumbers?: boolean;
}

/** How JSON becomes a message. */
export interface FromJsonOptions {
  /** The messages that an `Any` may hold, and the extensions that messages may have. */
  readonly types?: readonly (JsonCodec | JsonExtension)[];
  /** Leave out fields and names of enums that the schema does not know, instead of refusing them. */
  readonly ignoreUnknown?: boolean;
}

/** How messages of one type look in JSON. */
export interface JsonForm<T> {
  /** Whether it is a form of the type's own, which an `Any` holds as `value` beside `@type`. */
  readonly isOwn: boolean;
  /** Whether `null` is one of its messages, instead of none. */
  readonly takesNull?: true;
  write(message: Partial<T>, context: JsonContext): JsonValue;
  /** Gives a complete message. */
  read(json: JsonValue, context: JsonContext): T;
}

/** What JSON takes of a codec. */
export interface JsonCodec extends JsonMessage {
  toBytes(message: object): Uint8Array;
  fromBytes(bytes: Uint8Array): object;
}

/** What JSON takes of an extension. */
export interface JsonExtension extends Slot {
  readonly name: string;
  readonly extendee: { readonly name: string };
  /** Of the message that has the extension as its one field, which JSON calls `[package.name]`. */
  readonly codec: JsonCodec;
}

/** Finds how messages of a type look. */
export type FormOf = <T extends object>(type: JsonMessage<T>) => JsonForm<T>;

/** For JSON without messages of generated types. */
const noForms: FormOf = ({ name }) => {
  throw new MillraceError("internal", `${name} is not known here`);
};

/** One message on its way to or from JSON: where in it we are, and what was asked for. */
export class JsonContext {
  readonly options: ToJsonOptions & FromJsonOptions;
  readonly #name: string;
  readonly #path: string[] = [];
  #depth = 0;
  /** Bytes of heap that messages may still take. */
  #budget = BASE_BYTES;

  /** `name` is that of the outermost message, for errors. */
  constructor(
    name: string,
    options: ToJsonOptions & FromJsonOptions = {},
    readonly formOf: FormOf = noForms,
  ) {
    this.#name = name;
    this.options = options;
  }

  /** Runs `step` in the field `name`, which errors then say. */
  field<T>(name: string, step: () => T): T {
    return this.#at(name.startsWith("[") ? name : `.${name}`, step);
  }

  /** Runs `step` at the item or entry `key`, as `field` does. */
  item<T>(key: number | string, step: () => T): T {
    return this.#at(`[${JSON.stringify(key)}]`, step);
  }

  #at<T>(place: string, step: () => T): T {
    this.#path.push(place);
    const result = step();
    this.#path.pop();
    return result;
  }

  /** Runs `step` one message, or object, deeper. */
  deeper<T>(step: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.fail(`nests deeper than ${MAX_DEPTH}`);
    const result = step();
    this.#depth--;
    return result;
  }

  /** Counts text that JSON takes, which pays for messages as bytes do when they are decoded. */
  earn(characters: number): void {
    this.#budget += BYTES_PER_BYTE * characters;
  }

  /** Counts bytes of heap that a message takes. Throws `resource_exhausted` when there was too little text for them. */
  spend(bytes: number): void {
    if ((this.#budget -= bytes) < 0) this.fail(EXHAUSTED, "resource_exhausted");
  }

  /** Runs what fails with an error that does not know this place. */
  attempt<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      const { code, text } = MillraceError.from(error, "invalid_argument");
      return this.fail(text, code);
    }
  }

  /** Refuses what is at this place. */
  fail(problem: string, code: Code = "invalid_argument"): never {
    const path = this.#path.join("").replace(/^\./, "");
    const place = this.#path.length === 0 ? "" : `field ${JSON.stringify(path)}: `;
    throw new MillraceError(code, `${this.#name}: ${place}${problem}`);
  }

  /** The codec that the caller gave for a type, by its full name. */
  codec(name: string): JsonCodec {
    for (const type of this.options.types ?? []) if (type.name === name && !("extendee" in type)) return type;
    return this.fail(`the type ${JSON.stringify(name)} is not known: give its codec in the option types`);
  }

  /** The extensions that the caller gave for a message, by its full name. */
  extensions(name: string): JsonExtension[] {
    const { types = [] } = this.options;
    return types.flatMap((type) => ("extendee" in type && type.extendee.name === name ? [type] : []));
  }
}
