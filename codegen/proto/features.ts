import { type Edition, type FeatureName, type Features, type Option, settingsOf } from "../option.js";
import { SchemaError } from "../position.js";

/** What an option can stand in. */
export type Target =
  | "file"
  | "message"
  | "field"
  | "oneof"
  | "enum"
  | "enum value"
  | "service"
  | "method"
  | "extension range";

interface Feature {
  readonly values: readonly string[];
  readonly targets: readonly Target[];
  readonly since: Edition;
}

const ANYWHERE: readonly Target[] = ["file", "message", "field", "oneof", "enum", "enum value", "service", "method"];

/** The features of `google/protobuf/descriptor.proto`. */
const FEATURES: Readonly<Record<FeatureName, Feature>> = {
  field_presence: { values: ["EXPLICIT", "IMPLICIT", "LEGACY_REQUIRED"], targets: ["file", "field"], since: "2023" },
  enum_type: { values: ["OPEN", "CLOSED"], targets: ["file", "enum"], since: "2023" },
  repeated_field_encoding: { values: ["PACKED", "EXPANDED"], targets: ["file", "field"], since: "2023" },
  utf8_validation: { values: ["VERIFY", "NONE"], targets: ["file", "field"], since: "2023" },
  message_encoding: { values: ["LENGTH_PREFIXED", "DELIMITED"], targets: ["file", "field"], since: "2023" },
  json_format: { values: ["ALLOW", "LEGACY_BEST_EFFORT"], targets: ["file", "message", "enum"], since: "2023" },
  enforce_naming_style: {
    values: ["STYLE2024", "STYLE_LEGACY"],
    targets: [...ANYWHERE, "extension range"],
    since: "2024",
  },
  default_symbol_visibility: {
    values: ["EXPORT_ALL", "EXPORT_TOP_LEVEL", "LOCAL_ALL", "STRICT"],
    targets: ["file"],
    since: "2024",
  },
};

const PROTO2: Features = {
  field_presence: "EXPLICIT",
  enum_type: "CLOSED",
  repeated_field_encoding: "EXPANDED",
  utf8_validation: "NONE",
  message_encoding: "LENGTH_PREFIXED",
  json_format: "LEGACY_BEST_EFFORT",
  enforce_naming_style: "STYLE_LEGACY",
  default_symbol_visibility: "EXPORT_ALL",
};

const EDITION_2023: Features = {
  ...PROTO2,
  enum_type: "OPEN",
  repeated_field_encoding: "PACKED",
  utf8_validation: "VERIFY",
  json_format: "ALLOW",
};

/** What holds in an edition where no option says otherwise. */
export const DEFAULTS: Readonly<Record<Edition, Features>> = {
  proto2: PROTO2,
  proto3: { ...EDITION_2023, field_presence: "IMPLICIT" },
  "2023": EDITION_2023,
  "2024": { ...EDITION_2023, enforce_naming_style: "STYLE2024", default_symbol_visibility: "EXPORT_TOP_LEVEL" },
};

/** What holds inside `outer` where these options stand. */
export function resolve(outer: Features, options: readonly Option[]): Features {
  if (options.length === 0) return outer;
  const settings = settingsOf(options).map(({ name, text }) => [name, text]);
  return settings.length === 0 ? outer : { ...outer, ...Object.fromEntries(settings) };
}

/** Refuses features that are unknown, set to what they cannot be, or where they cannot be set. */
export function checkFeatures(options: readonly Option[], target: Target, edition: Edition): void {
  const seen = new Set<string>();
  for (const { name, text, value, at } of settingsOf(options)) {
    const feature = Object.entries(FEATURES).find(([known]) => known === name)?.[1];
    if (edition === "proto2" || edition === "proto3") throw new SchemaError(at, "features are set in editions only");
    if (feature === undefined) throw new SchemaError(at, `there is no feature ${name}`);
    if (feature.since > edition) throw new SchemaError(at, `${name} came with edition ${feature.since}`);
    if (!feature.targets.includes(target)) throw new SchemaError(at, `${name} is not set in a ${target}`);
    if (!feature.values.includes(text)) {
      throw new SchemaError(value.at, `${name} is one of ${feature.values.join(", ")}`);
    }
    if (target === "file" && text === "LEGACY_REQUIRED") {
      throw new SchemaError(value.at, "not all fields of a file can be required");
    }
    if (seen.has(name)) throw new SchemaError(at, `${name} is set twice`);
    seen.add(name);
  }
}
