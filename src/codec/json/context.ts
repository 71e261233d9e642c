import { MillraceError } from "../../error.js";
import type { JsonValue } from "./value.js";

/** As deep as messages may nest on the wire, too. */
const MAX_DEPTH = 100;

/** How a message becomes JSON; what is not said is off. */
export interface ToJsonOptions {
  /** The messages that an `Any` may hold. */
  readonly types?: readonly JsonCodec[];
  /** Write fields that hold their default, empty lists and empty maps, too; not what can be told from nothing. */
  readonly emitDefaults?: boolean;
  /** Name fields as the schema does, `limit_price` instead of `limitPrice`. */
  readonly useProtoNames?: boolean;
  /** Write enums as numbers instead of names. */
  readonly enumsAsNumbers?: boolean;
}

/** How JSON becomes a message. */
export interface FromJsonOptions {
  /** The messages that an `Any` may hold. */
  readonly types?: readonly JsonCodec[];
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
export interface JsonCodec {
  readonly name: string;
  readonly json: JsonForm<object>;
  toBytes(message: object): Uint8Array;
  fromBytes(bytes: Uint8Array): object;
}

/** One message on its way to or from JSON: where in it we are, and what was asked for. */
export class JsonContext {
  readonly options: ToJsonOptions & FromJsonOptions;
  readonly #name: string;
  readonly #path: string[] = [];
  #depth = 0;

  /** `name` is that of the outermost message, for errors. */
  constructor(name: string, options: ToJsonOptions & FromJsonOptions = {}) {
    this.#name = name;
    this.options = options;
  }

  /** Runs `step` one place further in: `.field`, `[3]` or `["key"]`, which errors then name. */
  at<T>(place: string, step: () => T): T {
    this.#path.push(place);
    const result = step();
    this.#path.pop();
    return result;
  }

  /** Runs `step` one message, object or list deeper. */
  deeper<T>(step: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.fail(`is more than ${MAX_DEPTH} messages deep`);
    const result = step();
    this.#depth--;
    return result;
  }

  /** Refuses what is at this place. */
  fail(problem: string): never {
    const path = this.#path.join("").replace(/^\./, "");
    const place = path === "" ? "" : `field ${JSON.stringify(path)}: `;
    throw new MillraceError("invalid_argument", `${this.#name}: ${place}${problem}`);
  }

  /** The codec that the caller gave for a type, by its full name. */
  codec(name: string): JsonCodec {
    const codec = this.options.types?.find((type) => type.name === name);
    return codec ?? this.fail(`the type ${JSON.stringify(name)} is not known: give its codec in the option types`);
  }
}
