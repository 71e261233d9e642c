import type { Enum, Field } from "../model.js";
import type { Value } from "../option.js";

/**
 * What a field is when nothing was sent, as text that is the same for the same value of any type: enums and booleans by
 * their number, texts and bytes in quotes. Nothing for what cannot have a default value.
 */
export function defaultOf({ type, presence, defaultValue }: Field): string | undefined {
  if (presence === "repeated" || presence === "map") return undefined;
  const target = typeof type === "string" ? undefined : type.target;
  if (target?.kind === "message") return undefined;
  if (defaultValue === undefined) return type === "string" || type === "bytes" ? '""' : zeroOf(target);
  return textOf(defaultValue, target);
}

/** Whether it is what a field is that says nothing about it, whatever the type. */
export function isZero(text: string): boolean {
  return text === "0" || text === '""';
}

/** An enum starts with its first value. */
function zeroOf(target: Enum | undefined): string {
  return String(target?.values[0]?.number ?? 0);
}

function textOf(value: Value, target: Enum | undefined): string {
  if (value.kind === "number") return String(value.integer ?? value.value);
  if (value.kind === "string") return JSON.stringify(Buffer.from(value.bytes).toString("latin1"));
  if (value.kind !== "name") return "";
  const named = target?.values.find(({ name }) => name === value.text);
  if (named !== undefined) return String(named.number);
  if (value.text === "true" || value.text === "false") return value.text === "true" ? "1" : "0";
  return value.text.toLowerCase();
}
