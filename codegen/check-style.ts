import { allEnums, allExtensions, allMessages, type Named, type Schema, SchemaError } from "./model.js";
import type { Features } from "./option.js";
import type { Position } from "./position.js";

/** A way to write names: what they start with, and what they are made of. */
interface Style {
  readonly start: RegExp;
  readonly all: RegExp;
  readonly text: string;
}

const TITLE: Style = { start: /^[A-Z]/, all: /^[A-Za-z0-9]*$/, text: "TitleCase" };
const SNAKE: Style = { start: /^[a-z]/, all: /^[a-z0-9_.]*$/, text: "lower_snake_case" };
const UPPER: Style = { start: /^[A-Z]/, all: /^[A-Z0-9_]*$/, text: "UPPER_SNAKE_CASE" };

/** Refuses names that are not in the style of edition 2024, where that holds. */
export function checkStyle(schema: Schema): void {
  const messages = allMessages(schema);
  const enums = allEnums(schema);
  const fields = messages.flatMap((message) => [...message.fields, ...message.oneofs]);
  if (schema.package !== "") checkName(schema.package, SNAKE, schema.packageAt, schema.features);
  checkAll([...messages, ...enums, ...schema.services, ...schema.services.flatMap(({ methods }) => methods)], TITLE);
  checkAll([...fields, ...allExtensions(schema)], SNAKE);
  checkAll(
    enums.flatMap(({ values }) => values),
    UPPER,
  );
}

function checkAll(parts: readonly Named[], style: Style): void {
  for (const { name, at, features } of parts) checkName(name, style, at, features);
}

function checkName(name: string, { start, all, text }: Style, at: Position, features: Features): void {
  if (features.enforce_naming_style !== "STYLE2024") return;
  const problem = !start.test(name) || !all.test(name) ? `is not in ${text}` : oddUnderscore(name);
  if (problem !== undefined) {
    throw new SchemaError(at, `${name} ${problem}: rename it, or set features.enforce_naming_style = STYLE_LEGACY`);
  }
}

/** No underscore may be lost when a name is written in camelCase. */
function oddUnderscore(name: string): string | undefined {
  return /_(?![A-Za-z])/.test(name) ? "has an underscore without a letter behind it" : undefined;
}
