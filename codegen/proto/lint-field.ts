import { isScalar } from "../model.js";
import { type Edition, type Features, isSet, optionOf, settingsOf } from "../option.js";
import { SchemaError } from "../position.js";
import { resolve } from "./features.js";
import { checkDefault } from "./lint-default.js";
import { checkFieldNumber } from "./numbers.js";
import { checkOptions } from "./options.js";
import { MAX_FIELD, MAX_VALUE } from "./parse-range.js";
import type { FieldNode } from "./tree.js";

const MAP_KEYS = new Set(
  "int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string".split(" "),
);

export function lintOneofField(field: FieldNode, edition: Edition, features: Features): void {
  const { at, label, key } = field;
  if (label !== undefined) throw new SchemaError(label.at, `a field of a oneof cannot be ${label.text}`);
  if (key !== undefined) throw new SchemaError(at, "a oneof cannot hold a map");
  refusePresence(field, "a field of a oneof is always explicit");
  lintAnyField(field, edition, { ...features, field_presence: "EXPLICIT" });
}

export function lintExtendedField(field: FieldNode, edition: Edition, features: Features): void {
  const { at, label, key, name } = field;
  if (key !== undefined) throw new SchemaError(at, "an extension cannot be a map");
  if (label?.text === "required") throw new SchemaError(label.at, "an extension cannot be required");
  const own = optionOf(field.options, "json_name");
  if (own !== undefined) throw new SchemaError(own.at, `extension ${name.text} cannot have a json_name`);
  refusePresence(field, "an extension is always explicit");
  if (label === undefined && edition === "proto2") throw noLabel(field);
  lintAnyField(field, edition, { ...features, field_presence: "EXPLICIT" }, true);
}

export function lintField(field: FieldNode, edition: Edition, features: Features): void {
  const { label, key } = field;
  if (key !== undefined && label !== undefined) throw new SchemaError(label.at, `a map cannot be ${label.text}`);
  if (label === undefined && key === undefined && edition === "proto2") throw noLabel(field);
  if (label?.text === "repeated" || key !== undefined) {
    refusePresence(field, "a repeated field has no presence");
  }
  lintAnyField(field, edition, features);
}

function noLabel({ type, group }: FieldNode): SchemaError {
  return new SchemaError(group ?? type.at, "in proto2, a field starts with optional, repeated or required");
}

function lintAnyField(field: FieldNode, edition: Edition, features: Features, extension = false): void {
  const { key, number, options } = field;
  checkFieldNumber(number, extension ? MAX_VALUE : MAX_FIELD);
  checkSyntax(field, edition);
  if (key !== undefined && !MAP_KEYS.has(key.text)) {
    throw new SchemaError(key.at, `${key.text} cannot be the key of a map`);
  }
  checkOptions(options, "field", edition);
  checkFeaturesOfField(field);
  checkOptionsOfField(field, edition);
  checkDefault(field, edition, resolve(features, options));
}

/** Words that an edition does not have. */
function checkSyntax({ label, group, type, at }: FieldNode, edition: Edition): void {
  if (edition === "2024" && label === undefined && /^(export|local)\b/.test(type.text)) {
    throw new SchemaError(at, `${type.text} means the keyword here: write .${type.text}`);
  }
  if (edition === "proto2") return;
  const editions = edition !== "proto3";
  if (group !== undefined) {
    const instead = editions ? ": use features.message_encoding = DELIMITED" : "";
    throw new SchemaError(group, `groups are proto2${instead}`);
  }
  if (label === undefined || label.text === "repeated" || (label.text === "optional" && !editions)) return;
  if (!editions) throw new SchemaError(label.at, `${label.text} is proto2`);
  const instead =
    label.text === "optional" ? "fields are optional unless told otherwise" : "use features.field_presence";
  throw new SchemaError(label.at, `${label.text} is not a word of editions: ${instead}`);
}

function refusePresence({ options }: FieldNode, why: string): void {
  const setting = settingsOf(options).find(({ name }) => name === "field_presence");
  if (setting !== undefined) throw new SchemaError(setting.at, why);
}

function checkFeaturesOfField(field: FieldNode): void {
  const { label, key, type } = field;
  const repeated = label?.text === "repeated";
  for (const { name, text, value, at } of settingsOf(field.options)) {
    if (name === "repeated_field_encoding" && !repeated && key === undefined)
      throw new SchemaError(at, `${name} is for repeated fields`);
    if (text === "PACKED" && !isPackable(field)) throw new SchemaError(value.at, `${type.text} cannot be packed`);
    if (name === "utf8_validation" && type.text !== "string" && key?.text !== "string") {
      throw new SchemaError(at, `${name} is for strings`);
    }
    if (name === "message_encoding" && (isScalar(type.text) || key !== undefined)) {
      throw new SchemaError(at, `${name} is for messages`);
    }
  }
}

function isPackable({ label, type, group }: FieldNode): boolean {
  return label?.text === "repeated" && group === undefined && type.text !== "string" && type.text !== "bytes";
}

function checkOptionsOfField(field: FieldNode, edition: Edition): void {
  const { options, type, key } = field;
  // A map is a list of messages.
  const scalar = key === undefined && isScalar(type.text);
  const packed = options.find(({ path: [{ name, custom }] }) => name === "packed" && !custom)?.path[0];
  if (packed !== undefined) {
    if (edition !== "proto2" && edition !== "proto3") {
      throw new SchemaError(packed.at, "in editions, packed is features.repeated_field_encoding");
    }
    if (isSet(options, "packed") && !isPackable(field)) {
      throw new SchemaError(packed.at, `packed is for repeated numbers: ${type.text} cannot be packed`);
    }
  }
  const jstype = optionOf(options, "jstype");
  if (jstype?.kind === "name" && jstype.text !== "JS_NORMAL" && !(scalar && type.text.endsWith("64"))) {
    throw new SchemaError(field.name.at, "jstype is for 64-bit integers");
  }
  for (const name of ["lazy", "unverified_lazy"]) {
    const lazy = optionOf(options, name);
    if (lazy !== undefined && scalar) throw new SchemaError(lazy.at, `${name} is for messages`);
  }
}
