import { type Edition, isSet, optionOf } from "../option.js";
import { SchemaError } from "../position.js";
import { MAX_FIELD, MAX_VALUE } from "./parse-range.js";
import type { FieldNode, MessageNode } from "./tree.js";

/** The largest number that an extension of a message may have. */
export function maxExtension({ options }: MessageNode): number {
  return isSet(options, "message_set_wire_format") ? MAX_VALUE - 1 : MAX_FIELD;
}

/** A message in the old format of message sets has nothing but extensions. */
export function checkMessageSet({ options, name }: MessageNode, fields: readonly FieldNode[], edition: Edition): void {
  if (!isSet(options, "message_set_wire_format")) return;
  const option = optionOf(options, "message_set_wire_format");
  if (edition === "proto3" && option !== undefined) {
    throw new SchemaError(name.at, "proto3 has no message_set_wire_format");
  }
  const [field] = fields;
  if (field !== undefined) throw new SchemaError(field.number.at, "a message set has no fields, only extensions");
}
