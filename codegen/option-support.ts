import { type Field, SchemaError } from "./model.js";
import { type Edition, type Option, optionOf, type Value } from "./option.js";
import type { Target } from "./proto/features.js";

/** The editions in their order, as `google.protobuf.Edition` calls them. */
const EDITIONS = ["LEGACY", "PROTO2", "PROTO3", "2023", "2024", "2026", "UNSTABLE"];

/** Refuses an option, or a part of one, where its declaration says that it is for other places or editions. */
export function checkSupport(field: Field, value: Value, target: Target, edition: Edition): void {
  const { name, options, type } = field;
  const targets = options.filter(
    ({ path: [first, ...more] }) => !first.custom && first.name === "targets" && more.length === 0,
  );
  const place = `TARGET_TYPE_${target === "enum value" ? "ENUM_ENTRY" : target.toUpperCase().replace(" ", "_")}`;
  if (targets.length > 0 && !targets.some((option) => option.value.kind === "name" && option.value.text === place)) {
    throw new SchemaError(value.at, `${name} is not set in a ${target}`);
  }
  checkEdition(name, options, value, edition);
  if (typeof type === "string" || type.target?.kind !== "enum" || value.kind !== "name") return;
  const named = type.target.values.find((known) => known.name === value.text);
  if (named !== undefined) checkEdition(named.name, named.options, value, edition);
}

function checkEdition(name: string, options: readonly Option[], { at }: Value, edition: Edition): void {
  const support = optionOf(options, "feature_support");
  if (support?.kind !== "message") return;
  const now = EDITIONS.indexOf(edition.toUpperCase());
  for (const { name: key, value } of support.fields) {
    if (value.kind !== "name") continue;
    const when = EDITIONS.indexOf(value.text.replace("EDITION_", ""));
    if (key.name === "edition_introduced" && now < when) {
      throw new SchemaError(at, `${name} came with edition ${EDITIONS[when]}`);
    }
    if (key.name === "edition_removed" && now >= when) {
      throw new SchemaError(at, `${name} left with edition ${EDITIONS[when]}`);
    }
  }
}
