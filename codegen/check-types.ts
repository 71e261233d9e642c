import {
  allExtensions,
  allMessages,
  type Enum,
  type Extension,
  type Field,
  type Message,
  type Schema,
  SchemaError,
  type TypeName,
} from "./model.js";
import { isSet, type Option, optionOf, settingsOf } from "./option.js";

const OPTIONS = /^google\.protobuf\.(File|Message|Field|Enum|EnumValue|Service|Method|Oneof|ExtensionRange)Options$/;

/** Refuses what can only be told when the types of fields are known. */
export function checkTypes(schemas: readonly Schema[]): void {
  const extensions = schemas.flatMap(allExtensions);
  for (const field of [...schemas.flatMap(allMessages).flatMap(({ fields }) => fields), ...extensions]) {
    const { type } = field;
    if (typeof type === "string") continue;
    if (type.target?.kind === "enum") checkEnumField(field, type, type.target);
    if (type.target?.kind === "message") checkMessageField(field);
  }
  for (const schema of schemas) if (schema.edition === "proto3") checkProto3(schema);
  checkExtensions(extensions);
}

/** proto3 uses open enums only, and extends only options. */
function checkProto3(schema: Schema): void {
  for (const { type } of [...allMessages(schema).flatMap(({ fields }) => fields), ...allExtensions(schema)]) {
    if (typeof type !== "string" && type.target?.kind === "enum" && type.target.closed) {
      throw new SchemaError(type.at, `enum ${type.name} is closed: proto3 takes open ones`);
    }
  }
  for (const { extendee } of allExtensions(schema)) {
    if (!OPTIONS.test(extendee.target?.fullName ?? "")) {
      throw new SchemaError(extendee.at, "proto3 extends only the options of Protocol Buffers");
    }
  }
}

function checkEnumField(field: Field, { name, at }: TypeName, type: Enum): void {
  const { presence, defaultValue, options } = field;
  if (presence === "implicit" && type.closed) {
    throw new SchemaError(at, `enum ${name} is closed: a field without presence takes an open one`);
  }
  if (presence === "map" && type.values[0]?.number !== 0) {
    throw new SchemaError(at, `the first value of an enum in a map must be 0, but that of ${name} is not`);
  }
  if (defaultValue?.kind === "name" && !type.values.some((value) => value.name === defaultValue.text)) {
    throw new SchemaError(defaultValue.at, `enum ${name} has no value ${defaultValue.text}`);
  }
  refuseOption(options, "lazy", "is for messages");
  refuseOption(options, "unverified_lazy", "is for messages");
  refuseFeature(options, "message_encoding", undefined, "is for messages");
}

function checkMessageField({ defaultValue, options }: Field): void {
  if (defaultValue !== undefined) throw new SchemaError(defaultValue.at, "a message has no default value");
  if (isSet(options, "packed")) refuseOption(options, "packed", "is for repeated numbers");
  refuseFeature(options, "repeated_field_encoding", "PACKED", "cannot be so for messages");
  refuseFeature(options, "field_presence", "IMPLICIT", "cannot be so for messages");
}

function refuseOption(options: readonly Option[], name: string, why: string): void {
  const value = optionOf(options, name);
  if (value !== undefined) throw new SchemaError(value.at, `${name} ${why}`);
}

/** Refuses a feature, or one value of it, that a field sets itself. */
function refuseFeature(options: readonly Option[], name: string, text: string | undefined, why: string): void {
  const setting = settingsOf(options).find((feature) => feature.name === name);
  if (setting === undefined || (text !== undefined && setting.text !== text)) return;
  throw new SchemaError(setting.at, `${name} ${why}`);
}

/** Extensions take numbers that their message leaves to them, each once. */
function checkExtensions(extensions: readonly Extension[]): void {
  const seen = new Map<Message, Map<number, string>>();
  for (const { name, number, at, extendee, presence, type } of extensions) {
    const { target } = extendee;
    if (target?.kind !== "message") continue;
    const single = presence === "explicit" && typeof type !== "string" && type.target?.kind === "message";
    if (isSet(target.options, "message_set_wire_format") && !single) {
      throw new SchemaError(at, `${target.fullName} is a message set: its extensions are optional messages`);
    }
    if (!target.extensionRanges.some(({ from, to }) => number >= from && number <= to)) {
      throw new SchemaError(at, `${target.fullName} leaves the number ${number} to no extension`);
    }
    const numbers = seen.get(target) ?? new Map<number, string>();
    const before = numbers.get(number);
    if (before !== undefined) throw new SchemaError(at, `extension number ${number} is already that of ${before}`);
    seen.set(target, numbers.set(number, name));
  }
}
