import { type Features, isSet, optionOf } from "../option.js";
import { SchemaError } from "../position.js";
import { jsonName } from "./json-name.js";
import type { FieldNode, MessageNode } from "./tree.js";

interface JsonName {
  readonly text: string;
  /** Whether an option gives it. */
  readonly own: boolean;
  readonly field: FieldNode;
}

/** Refuses fields that have one name in JSON; where that is not strict, only those that were given it. */
export function checkJsonNames(fields: readonly FieldNode[], { options }: MessageNode, features: Features): void {
  if (isSet(options, "deprecated_legacy_json_field_conflicts")) return;
  const strict = features.json_format === "ALLOW";
  const plain = fields.map((field) => ({ text: jsonName(field.name.text), own: false, field }));
  if (strict) refuseShared(plain, () => true);
  refuseShared(
    plain.map((name) => ownName(name.field) ?? name),
    (a, b) => strict || (a.own && b.own),
  );
}

function ownName(field: FieldNode): JsonName | undefined {
  const option = optionOf(field.options, "json_name");
  if (option?.kind !== "string") return undefined;
  if (/^\[.*\]$/s.test(option.text)) {
    throw new SchemaError(option.at, "a json_name cannot stand in brackets: that is how JSON names extensions");
  }
  if (option.text.includes("\0")) throw new SchemaError(option.at, "a json_name cannot contain a zero");
  return { text: option.text, own: true, field };
}

function refuseShared(names: readonly JsonName[], isWrong: (a: JsonName, b: JsonName) => boolean): void {
  const seen = new Map<string, JsonName>();
  for (const name of names) {
    const before = seen.get(name.text);
    if (before !== undefined && isWrong(before, name)) {
      const { text, at } = name.field.name;
      throw new SchemaError(at, `${text} and ${before.field.name.text} are both ${name.text} in JSON`);
    }
    seen.set(name.text, name);
  }
}
