import { allEnums, allExtensions, allMessages, type Enum, type Message, type Schema } from "./model.js";
import type { Option } from "./option.js";
import type { Target } from "./proto/features.js";

/** A part of a schema that options stand in. */
export interface Holder {
  readonly target: Target;
  readonly options: readonly Option[];
  /** The full name of what it stands in: where the look-up of names in its options starts. */
  readonly scope: string;
}

/** All parts of a file that have options. */
export function holdersOf(schema: Schema): Holder[] {
  const holders: Holder[] = [
    { target: "file", options: schema.options, scope: schema.package },
    ...allMessages(schema).flatMap(ofMessage),
    ...allEnums(schema).flatMap(ofEnum),
    ...schema.services.flatMap(({ fullName, options, methods }): Holder[] => [
      { target: "service", options, scope: outside(fullName) },
      ...methods.map((method) => ({ target: "method" as const, options: method.options, scope: fullName })),
    ]),
    ...allExtensions(schema).map(({ options, extendee: { scope } }) => ({ target: "field" as const, options, scope })),
  ];
  return holders.filter(({ options }) => options.length > 0);
}

function ofMessage({ fullName, options, fields, oneofs, extensionRanges }: Message): Holder[] {
  const within = (target: Target, parts: readonly { readonly options: readonly Option[] }[], scope: string): Holder[] =>
    parts.map((part) => ({ target, options: part.options, scope }));
  return [
    { target: "message", options, scope: outside(fullName) },
    ...within("field", fields, fullName),
    ...within("oneof", oneofs, fullName),
    ...within("extension range", extensionRanges, outside(fullName)),
  ];
}

function ofEnum({ fullName, options, values }: Enum): Holder[] {
  const scope = outside(fullName);
  return [
    { target: "enum", options, scope },
    ...values
      .filter((value) => value.options.length > 0)
      .map((value): Holder => ({ target: "enum value", options: value.options, scope })),
  ];
}

function outside(fullName: string): string {
  return fullName.slice(0, Math.max(fullName.lastIndexOf("."), 0));
}
