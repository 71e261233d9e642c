import type { Position } from "../position.js";

/** What breaks: the bytes between old and new peers, or source code that uses generated code. */
export type Side = "wire" | "source";

/**
 * What must not happen to a schema that others use, and what breaks if it does. Names and verdicts are those of
 * `buf breaking`, wire where buf has it in its category WIRE; the last two are about what is generated here.
 */
export const RULES = {
  FILE_NO_DELETE: "source",
  FILE_SAME_PACKAGE: "wire",
  FILE_SAME_SYNTAX: "source",
  MESSAGE_NO_DELETE: "source",
  MESSAGE_SAME_JSON_FORMAT: "source",
  MESSAGE_SAME_REQUIRED_FIELDS: "wire",
  ONEOF_NO_DELETE: "source",
  RESERVED_MESSAGE_NO_DELETE: "wire",
  EXTENSION_NO_DELETE: "source",
  EXTENSION_MESSAGE_NO_DELETE: "source",
  FIELD_NO_DELETE: "source",
  FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED: "wire",
  FIELD_SAME_NAME: "source",
  FIELD_SAME_JSON_NAME: "source",
  FIELD_SAME_TYPE: "source",
  FIELD_WIRE_COMPATIBLE_TYPE: "wire",
  FIELD_SAME_CARDINALITY: "source",
  FIELD_WIRE_COMPATIBLE_CARDINALITY: "wire",
  FIELD_SAME_ONEOF: "wire",
  FIELD_SAME_DEFAULT: "wire",
  FIELD_SAME_JSTYPE: "source",
  FIELD_SAME_UTF8_VALIDATION: "source",
  ENUM_NO_DELETE: "source",
  ENUM_SAME_TYPE: "source",
  ENUM_SAME_JSON_FORMAT: "source",
  ENUM_VALUE_NO_DELETE: "source",
  ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED: "wire",
  ENUM_VALUE_SAME_NAME: "source",
  RESERVED_ENUM_NO_DELETE: "wire",
  SERVICE_NO_DELETE: "source",
  RPC_NO_DELETE: "source",
  RPC_SAME_REQUEST_TYPE: "wire",
  RPC_SAME_RESPONSE_TYPE: "wire",
  RPC_SAME_CLIENT_STREAMING: "wire",
  RPC_SAME_SERVER_STREAMING: "wire",
  RPC_SAME_IDEMPOTENCY_LEVEL: "wire",
  RPC_PATH_NO_DELETE: "wire",
  ENUM_VALUE_SAME_PROPERTY: "source",
} as const satisfies Readonly<Record<string, Side>>;

/**
 * The same for FlatBuffers. A rule that both have breaks the same side in both; `flatc --conform` judges by some of
 * them, without names.
 */
export const FLAT_RULES = {
  FILE_NO_DELETE: "source",
  FILE_SAME_ROOT: "wire",
  FILE_SAME_IDENTIFIER: "wire",
  TYPE_NO_DELETE: "source",
  TYPE_SAME_FILE: "source",
  TYPE_SAME_KIND: "wire",
  TYPE_SAME_KEY: "wire",
  TABLE_SAME_REQUIRED_FIELDS: "wire",
  STRUCT_SAME_LAYOUT: "wire",
  FIELD_NO_DELETE: "source",
  FIELD_SAME_NAME: "source",
  FIELD_SAME_TYPE: "source",
  FIELD_WIRE_COMPATIBLE_TYPE: "wire",
  FIELD_SAME_CARDINALITY: "source",
  FIELD_SAME_DEFAULT: "wire",
  FIELD_SAME_OFFSET: "wire",
  FIELD_SAME_SLOT: "wire",
  SLOT_NO_DELETE: "wire",
  ENUM_SAME_BASE: "wire",
  ENUM_VALUE_NO_DELETE: "source",
  ENUM_VALUE_SAME_NAME: "source",
  ENUM_VALUE_SAME_NUMBER: "wire",
  UNION_MEMBER_NO_DELETE: "source",
  UNION_MEMBER_SAME_NAME: "source",
  UNION_MEMBER_SAME_NUMBER: "wire",
  UNION_MEMBER_SAME_TYPE: "wire",
  UNION_NUMBER_NO_DELETE: "wire",
  SERVICE_NO_DELETE: "source",
  RPC_NO_DELETE: "source",
  RPC_SAME_REQUEST_TYPE: "wire",
  RPC_SAME_RESPONSE_TYPE: "wire",
  RPC_SAME_CLIENT_STREAMING: "wire",
  RPC_SAME_SERVER_STREAMING: "wire",
  RPC_PATH_NO_DELETE: "wire",
} as const satisfies Readonly<Record<string, Side>>;

export type Rule = keyof typeof RULES | keyof typeof FLAT_RULES;

/** What breaks if a rule is not kept. */
export function sideOf(rule: Rule): Side {
  return { ...RULES, ...FLAT_RULES }[rule];
}

/** A rule that a new version of a schema does not keep. */
export interface Finding {
  readonly rule: Rule;
  /** Where the new version has it; of what is gone, where it stood in. */
  readonly at: Position;
  readonly text: string;
}

/** Takes what was found. */
export type Report = (rule: Rule, at: Position, text: string) => void;

/** Reports under `rule` if what was and what is are not the same. */
export function reportChange(report: Report, rule: Rule, at: Position, what: string, was: string, is: string): void {
  if (was !== is) report(rule, at, `${what} was ${was} and is ${is}`);
}

/** Findings in the order of files and lines. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) => compareText(a.at.file, b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column,
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
