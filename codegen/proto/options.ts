import type { Edition, Option, OptionPart, Value } from "../option.js";
import { SchemaError } from "../position.js";
import { checkFeatures, type Target } from "./features.js";

/** What an option can be set to: a kind of value, or one of some names. */
type Kind = "string" | "any" | readonly string[];

const BOOLEAN = ["true", "false"];

function options(booleans: string, others: Readonly<Record<string, Kind>> = {}): ReadonlyMap<string, Kind> {
  const both = booleans
    .split(" ")
    .filter(Boolean)
    .map((name): [string, Kind] => [name, BOOLEAN]);
  return new Map<string, Kind>([...both, ["features", "any"], ...Object.entries(others)]);
}

/** The options of `google/protobuf/descriptor.proto`, and what they may be. */
const KNOWN: Readonly<Record<Target, ReadonlyMap<string, Kind>>> = {
  file: options(
    "deprecated java_multiple_files java_generate_equals_and_hash java_string_check_utf8 cc_generic_services " +
      "java_generic_services py_generic_services php_generic_services cc_enable_arenas",
    {
      optimize_for: ["SPEED", "CODE_SIZE", "LITE_RUNTIME"],
      ...Object.fromEntries(
        (
          "java_package java_outer_classname go_package objc_class_prefix csharp_namespace swift_prefix " +
          "php_class_prefix php_namespace php_metadata_namespace ruby_package"
        )
          .split(" ")
          .map((name) => [name, "string"]),
      ),
    },
  ),
  message: options(
    "deprecated message_set_wire_format no_standard_descriptor_accessor deprecated_legacy_json_field_conflicts",
  ),
  field: options("packed deprecated lazy unverified_lazy weak debug_redact", {
    jstype: ["JS_NORMAL", "JS_STRING", "JS_NUMBER"],
    ctype: ["STRING", "CORD", "STRING_PIECE"],
    retention: ["RETENTION_UNKNOWN", "RETENTION_RUNTIME", "RETENTION_SOURCE"],
    json_name: "string",
    default: "any",
    targets: "FILE EXTENSION_RANGE MESSAGE FIELD ONEOF ENUM ENUM_ENTRY SERVICE METHOD UNKNOWN"
      .split(" ")
      .map((place) => `TARGET_TYPE_${place}`),
    edition_defaults: "any",
    feature_support: "any",
  }),
  oneof: options(""),
  enum: options("allow_alias deprecated deprecated_legacy_json_field_conflicts"),
  "enum value": options("deprecated debug_redact", { feature_support: "any" }),
  service: options("deprecated"),
  method: options("deprecated", { idempotency_level: ["IDEMPOTENCY_UNKNOWN", "NO_SIDE_EFFECTS", "IDEMPOTENT"] }),
  "extension range": options("", { declaration: "any", verification: ["DECLARATION", "UNVERIFIED"] }),
};

/** The options that are gone, and since when. */
const GONE: ReadonlyMap<string, Edition> = new Map([
  ["java_string_check_utf8", "2023"],
  ["java_multiple_files", "2024"],
  ["ctype", "2024"],
]);

/** The options that may be given more than once. */
const REPEATED = new Set(["targets", "edition_defaults", "declaration"]);

/** Refuses a misspelt option, which would else be ignored without a word. Those in parentheses are not ours to know. */
export function checkOptions(list: readonly Option[], target: Target, edition: Edition): void {
  if (list.length === 0) return;
  const seen = new Set<string>();
  for (const { path, value } of list) {
    const [{ name, at, custom }, second] = path;
    const key = keyOf(path);
    // What is in parentheses is looked up when all files are read.
    if (custom || (name === "features" && (second?.custom ?? false))) continue;
    if (seen.has(key) && !REPEATED.has(name)) throw new SchemaError(at, `option ${key} is set twice`);
    for (const [i] of path.entries()) seen.add(keyOf(path.slice(0, i + 1)));
    const kind = KNOWN[target].get(name);
    if (kind === undefined) throw new SchemaError(at, unknown(target, name));
    const gone = GONE.get(name);
    if (gone !== undefined && isEdition(edition) && edition >= gone) {
      throw new SchemaError(at, `option ${name} left with edition ${gone}`);
    }
    if (second !== undefined && kind !== "any") throw new SchemaError(second.at, `option ${name} has no parts`);
    if (!isAllowed(value, kind)) {
      throw new SchemaError(value.at, `${textOf(value)} cannot be the option ${name}`);
    }
  }
  checkFeatures(list, target, edition);
}

function keyOf(path: readonly OptionPart[]): string {
  return path.map(({ name }) => name).join(".");
}

function isEdition(edition: Edition): boolean {
  return edition !== "proto2" && edition !== "proto3";
}

function unknown(target: Target, name: string): string {
  if (target === "message" && name === "map_entry") return "write map<…> instead of the option map_entry";
  return `${target}s have no option ${name}`;
}

function isAllowed(value: Value, kind: Kind): boolean {
  if (kind === "any") return true;
  return kind === "string" ? value.kind === "string" : value.kind === "name" && kind.includes(value.text);
}

function textOf(value: Value): string {
  if (value.kind === "string") return JSON.stringify(value.text);
  return value.kind === "name" || value.kind === "number" ? value.text : `a ${value.kind}`;
}
