import type { Option, Value } from "../option.js";
import type { Position } from "../position.js";
import type { Target } from "../proto/features.js";
import { TOPIC } from "../proto/topic-option.js";
import type { Node } from "./node.js";
import type { Fields } from "./wire.js";

/** What an option is: a flag, a string, or one of an enum's values, by number from 0. */
type Kind = "flag" | "string" | "features" | readonly string[];

type Known = Readonly<Record<string, readonly [number: number, kind: Kind]>>;

/** The options that have a meaning for us or for what other languages see, with their numbers. */
const KNOWN: Readonly<Record<Target, Known>> = {
  file: {
    java_package: [1, "string"],
    java_outer_classname: [8, "string"],
    optimize_for: [9, ["", "SPEED", "CODE_SIZE", "LITE_RUNTIME"]],
    java_multiple_files: [10, "flag"],
    go_package: [11, "string"],
    cc_generic_services: [16, "flag"],
    java_generic_services: [17, "flag"],
    py_generic_services: [18, "flag"],
    java_generate_equals_and_hash: [20, "flag"],
    deprecated: [23, "flag"],
    java_string_check_utf8: [27, "flag"],
    cc_enable_arenas: [31, "flag"],
    objc_class_prefix: [36, "string"],
    csharp_namespace: [37, "string"],
    swift_prefix: [39, "string"],
    php_class_prefix: [40, "string"],
    php_namespace: [41, "string"],
    php_metadata_namespace: [44, "string"],
    ruby_package: [45, "string"],
    features: [50, "features"],
  },
  message: {
    message_set_wire_format: [1, "flag"],
    no_standard_descriptor_accessor: [2, "flag"],
    deprecated: [3, "flag"],
    deprecated_legacy_json_field_conflicts: [11, "flag"],
    features: [12, "features"],
  },
  field: {
    ctype: [1, ["STRING", "CORD", "STRING_PIECE"]],
    packed: [2, "flag"],
    deprecated: [3, "flag"],
    lazy: [5, "flag"],
    jstype: [6, ["JS_NORMAL", "JS_STRING", "JS_NUMBER"]],
    weak: [10, "flag"],
    unverified_lazy: [15, "flag"],
    debug_redact: [16, "flag"],
    retention: [17, ["RETENTION_UNKNOWN", "RETENTION_RUNTIME", "RETENTION_SOURCE"]],
    features: [21, "features"],
  },
  oneof: { features: [1, "features"] },
  enum: {
    allow_alias: [2, "flag"],
    deprecated: [3, "flag"],
    deprecated_legacy_json_field_conflicts: [6, "flag"],
    features: [7, "features"],
  },
  "enum value": { deprecated: [1, "flag"], features: [2, "features"], debug_redact: [3, "flag"] },
  service: { deprecated: [33, "flag"], features: [34, "features"] },
  method: {
    deprecated: [33, "flag"],
    idempotency_level: [34, ["IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT"]],
    features: [35, "features"],
    [TOPIC.name]: [TOPIC.number, "flag"],
  },
  "extension range": { verification: [3, ["DECLARATION", "UNVERIFIED"]], features: [50, "features"] },
};

/** The fields of `google.protobuf.FeatureSet`. */
const FEATURES: Known = {
  field_presence: [1, ["", "EXPLICIT", "IMPLICIT", "LEGACY_REQUIRED"]],
  enum_type: [2, ["", "OPEN", "CLOSED"]],
  repeated_field_encoding: [3, ["", "PACKED", "EXPANDED"]],
  utf8_validation: [4, ["", "", "VERIFY", "NONE"]],
  message_encoding: [5, ["", "LENGTH_PREFIXED", "DELIMITED"]],
  json_format: [6, ["", "ALLOW", "LEGACY_BEST_EFFORT"]],
  enforce_naming_style: [7, ["", "STYLE2024", "STYLE_LEGACY"]],
  default_symbol_visibility: [8, ["", "EXPORT_ALL", "EXPORT_TOP_LEVEL", "LOCAL_ALL", "STRICT"]],
};

/** The options of a declaration, which its field `number` holds; those that a schema defines itself are left out. */
export function optionsOf(node: Node, number: number, target: Target): Option[] {
  if (node.fields.bytes(number).length === 0) return [];
  const options = node.child(number);
  return Object.entries(KNOWN[target]).flatMap(([name, [id, kind]]): Option[] => {
    const at = options.at(id);
    const value = valueOf(options.fields, id, kind, at);
    return value === undefined ? [] : [optionAt(name, value, at)];
  });
}

/** An option `name` that stands at `at`; one with a package is an extension. */
export function optionAt(name: string, value: Value, at: Position): Option {
  return { path: [{ name, custom: name.includes("."), at }], value };
}

function valueOf(fields: Fields, number: number, kind: Kind, at: Position): Value | undefined {
  if (kind === "string") {
    const text = fields.text(number);
    return text === undefined ? undefined : { kind: "string", text, bytes: new TextEncoder().encode(text), at };
  }
  if (kind === "features") return featuresOf(fields.message(number), at);
  const value = fields.int(number);
  if (value === undefined) return undefined;
  if (kind === "flag") return { kind: "name", text: value === 0 ? "false" : "true", at };
  return { kind: "name", text: kind[value] || String(value), at };
}

function featuresOf(features: Fields | undefined, at: Position): Value | undefined {
  if (features === undefined) return undefined;
  const fields = Object.entries(FEATURES).flatMap(([name, [number, kind]]) => {
    const value = valueOf(features, number, kind, at);
    return value === undefined ? [] : [{ name: { name, custom: false, at }, value }];
  });
  return { kind: "message", fields, at };
}
