import {
  allEnums,
  allExtensions,
  allMessages,
  type Enum,
  fullNameOf,
  type Position,
  type Schema,
  SchemaError,
} from "./model.js";

interface Named {
  readonly fullName: string;
  readonly at: Position;
}

/** Refuses what is declared in two files, and what one file declares and another one has for a package. */
export function checkUnique(schemas: readonly Schema[]): void {
  const seen = new Map<string, Position>();
  for (const schema of schemas) {
    for (const { fullName, at } of declaredIn(schema)) {
      const before = seen.get(fullName);
      if (before !== undefined) {
        throw new SchemaError(at, `${fullName} is already declared in ${before.file}:${before.line}`);
      }
      seen.set(fullName, at);
    }
  }
  for (const { package: name, packageAt } of schemas) {
    const parts = name.split(".");
    const prefix = parts.map((_, i) => parts.slice(0, i + 1).join(".")).find((start) => seen.has(start));
    const before = prefix === undefined ? undefined : seen.get(prefix);
    if (before !== undefined) {
      throw new SchemaError(packageAt, `${prefix} is a package here, but declared in ${before.file}:${before.line}`);
    }
  }
}

/** What other files can name; values of enums stand beside their enum. */
function declaredIn(schema: Schema): Named[] {
  const enums = allEnums(schema);
  return [...allMessages(schema), ...enums, ...schema.services, ...enums.flatMap(valuesOf), ...extensionsOf(schema)];
}

function valuesOf({ fullName, name, values }: Enum): Named[] {
  const scope = fullName.slice(0, fullName.length - name.length);
  return values.map((value) => ({ fullName: scope + value.name, at: value.at }));
}

function extensionsOf(schema: Schema): Named[] {
  return allExtensions(schema).map((extension) => ({ fullName: fullNameOf(extension), at: extension.at }));
}
