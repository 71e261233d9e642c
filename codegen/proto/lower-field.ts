import * as model from "../model.js";
import { type Features, isSet, optionOf } from "../option.js";
import { resolve } from "./features.js";
import { jsonName } from "./json-name.js";
import type { ExtendNode, FieldNode, Word } from "./tree.js";

/** What a declaration stands in: its full name, and what holds there. */
export interface Place {
  readonly name: string;
  readonly features: Features;
  /** Whether it is the file. */
  readonly top: boolean;
}

/** Makes the model of a field, which may be one of a oneof. */
export function lowerField(node: FieldNode, place: Place, oneof?: string): model.Field {
  const { name, doc, options, key, number, type } = node;
  const features = featuresOf(node, place.features);
  const own = optionOf(options, "json_name");
  const defaultValue = optionOf(options, "default");
  const jstype = optionOf(options, "jstype");
  return {
    name: name.text,
    at: name.at,
    doc,
    deprecated: isSet(options, "deprecated"),
    options,
    features,
    number: number.value,
    type: model.isScalar(type.text) ? type.text : named(type, place.name),
    presence: presenceOf(node, features, oneof),
    ...(key !== undefined && model.isScalar(key.text) && { keyType: key.text }),
    packed: features.repeated_field_encoding === "PACKED",
    asNumber: jstype?.kind === "name" && jstype.text === "JS_NUMBER",
    ...(oneof !== undefined && { oneof }),
    jsonName: own?.kind === "string" ? own.text : jsonName(name.text),
    ...(defaultValue !== undefined && { defaultValue }),
    source: sourceOf(node),
  };
}

/** What older syntax says in its own words is said as features, too. */
function featuresOf({ options, label, group }: FieldNode, outer: Features): Features {
  const features = resolve(outer, options);
  const packed = optionOf(options, "packed");
  return {
    ...features,
    ...(label?.text === "optional" && { field_presence: "EXPLICIT" }),
    ...(label?.text === "required" && { field_presence: "LEGACY_REQUIRED" }),
    ...(group !== undefined && { message_encoding: "DELIMITED" }),
    ...(packed !== undefined && { repeated_field_encoding: isSet(options, "packed") ? "PACKED" : "EXPANDED" }),
  };
}

function presenceOf({ key, label }: FieldNode, features: Features, oneof: string | undefined): model.Field["presence"] {
  if (key !== undefined) return "map";
  if (label?.text === "repeated") return "repeated";
  if (oneof !== undefined || features.field_presence === "EXPLICIT") return "explicit";
  return features.field_presence === "LEGACY_REQUIRED" ? "required" : "implicit";
}

function named({ text, at }: Word, scope: string): model.TypeName {
  return { name: text, at, scope };
}

/** What a field's line says, up to its number, evenly spaced. */
function sourceOf({ label, key, type, group, name, number }: FieldNode): string {
  const written = type.written ?? type.text;
  const plain = group === undefined ? `${written} ${name.text}` : `group ${written}`;
  const types = key === undefined ? plain : `map<${key.text}, ${written}> ${name.text}`;
  return `${label === undefined ? "" : `${label.text} `}${types} = ${number.value}`;
}

/** The fields that an `extend` adds to another message. */
export function lowerExtensions({ extendee, fields }: ExtendNode, place: Place): model.Extension[] {
  const target = { name: extendee.text, at: extendee.at, scope: place.name };
  return fields.map((field) => {
    const extension = lowerField(field, place);
    // An extension can always be told from nothing: proto3 has it no other way.
    const presence = extension.presence === "implicit" ? "explicit" : extension.presence;
    return { ...extension, presence, extendee: target };
  });
}
