import { MillraceError } from "../../error.js";
import type { Codec } from "../codec.js";
import type { JsonCodec, JsonContext, JsonForm } from "../json/context.js";
import { refuse } from "../json/scalar.js";
import { isJsonObject, type JsonValue } from "../json/value.js";

/** A `google.protobuf.Any`: a message of any type. */
export interface AnyMessage {
  /** Ends in a slash and the full name: `type.googleapis.com/package.Message`. */
  typeUrl: string;
  /** The message, encoded. */
  value: Uint8Array;
}

/** What stands in front of the name unless somebody says otherwise. */
const PREFIX = "type.googleapis.com/";

/** A message inside an `Any`. */
export function packAny<T>(codec: Codec<T>, message: Partial<T>): AnyMessage {
  return { typeUrl: PREFIX + codec.name, value: codec.toBytes(message) };
}

/** The message inside an `Any`. Throws `invalid_argument` when it is of another type. */
export function unpackAny<T>(any: Partial<AnyMessage>, codec: Codec<T>): T {
  if (anyIs(any, codec)) return codec.fromBytes(any.value ?? new Uint8Array(0));
  throw new MillraceError("invalid_argument", `${JSON.stringify(any.typeUrl ?? "")} is no ${codec.name}`);
}

/** Whether an `Any` holds a message of this type. */
export function anyIs({ typeUrl = "" }: Partial<AnyMessage>, codec: { readonly name: string }): boolean {
  return nameIn(typeUrl) === codec.name;
}

function nameIn(typeUrl: string): string | undefined {
  const slash = typeUrl.lastIndexOf("/");
  return slash < 0 ? undefined : typeUrl.slice(slash + 1);
}

/** The message's own JSON with its type as `@type`; nothing but `{}` of an empty one. */
export const anyJson: JsonForm<AnyMessage> = {
  isOwn: true,
  write({ typeUrl = "", value = new Uint8Array(0) }, c) {
    if (typeUrl === "" && value.length === 0) return {};
    const codec = codecOf(typeUrl, c);
    const message = c.attempt(() => codec.fromBytes(value));
    const form = c.formOf(codec);
    const json = c.deeper(() => form.write(message, c));
    return form.isOwn || !isJsonObject(json) ? { "@type": typeUrl, value: json } : { "@type": typeUrl, ...json };
  },
  read(json, c) {
    if (!isJsonObject(json)) return refuse(c, json, "an object");
    const { "@type": typeUrl, ...rest } = json;
    if (typeUrl === undefined && Object.keys(rest).length === 0) return { typeUrl: "", value: new Uint8Array(0) };
    if (typeof typeUrl !== "string") return c.field("@type", () => refuse(c, typeUrl, "the type of the message"));
    const codec = codecOf(typeUrl, c);
    const form = c.formOf(codec);
    const message = c.deeper(() => form.read(form.isOwn ? valueIn(rest, c) : rest, c));
    return { typeUrl, value: c.attempt(() => codec.toBytes(message)) };
  },
};

function codecOf(typeUrl: string, c: JsonContext): JsonCodec {
  return c.field("@type", () =>
    c.codec(nameIn(typeUrl) ?? refuse(c, typeUrl, "a type such as type.googleapis.com/package.Message")),
  );
}

/** What a type with a form of its own has beside `@type`. */
function valueIn(rest: Readonly<Record<string, JsonValue>>, c: JsonContext): JsonValue {
  const { value, ...others } = rest;
  const [other] = Object.keys(others);
  if (value === undefined) return c.fail("has no value beside @type");
  if (other !== undefined && !c.options.ignoreUnknown)
    return c.field(other, () => c.fail("only value may stand beside @type"));
  return value;
}
