import type { FlatEnum, FlatSchema, FlatType, Struct, Table, Union } from "../../fbs/model.js";
import type { Position } from "../../position.js";
import { type Report, reportChange } from "../rules.js";

type Declared = Table | Struct | FlatEnum | Union;

/** Compares files with those of their paths now, and looks for all that generated code is imported for. */
export function compareFiles(old: readonly FlatSchema[], now: readonly FlatSchema[], report: Report): void {
  const files = new Map(now.map((schema) => [keyOf(schema), schema]));
  // What flatc made of several files has all of them in one.
  const hasPlaces = ![...old, ...now].some(isBinary);
  for (const schema of old) {
    const other = files.get(keyOf(schema));
    if (other !== undefined) compareRoots(schema, other, report);
    else if (hasPlaces) report("FILE_NO_DELETE", placeIn(schema, other), `file ${schema.path} is gone`);
  }
  compareNames(old, now, files, hasPlaces, report);
}

function compareRoots(old: FlatSchema, now: FlatSchema, report: Report): void {
  const at = now.root?.at ?? startOf(now);
  const rootOf = ({ root }: FlatSchema): string => root?.target?.fullName ?? "none";
  reportChange(report, "FILE_SAME_ROOT", at, `the root_type of ${old.path}`, rootOf(old), rootOf(now));
  const identifierOf = ({ fileIdentifier }: FlatSchema): string => fileIdentifier ?? "none";
  const what = `the file_identifier of ${old.path}`;
  reportChange(report, "FILE_SAME_IDENTIFIER", at, what, identifierOf(old), identifierOf(now));
}

/** Types and services that are gone, or are now in another file or of another kind. */
function compareNames(
  old: readonly FlatSchema[],
  now: readonly FlatSchema[],
  files: ReadonlyMap<string, FlatSchema>,
  hasPlaces: boolean,
  report: Report,
): void {
  const types = byName(now, typesOf);
  const services = byName(now, (schema) => schema.services);
  for (const schema of old) {
    const place = placeIn(schema, files.get(keyOf(schema)));
    for (const type of typesOf(schema)) {
      const found = types.get(type.fullName);
      if (found === undefined) report("TYPE_NO_DELETE", place, `${type.kind} ${type.fullName} is gone`);
      else compareType(type, schema, found, hasPlaces, report);
    }
    for (const { fullName } of schema.services) {
      if (!services.has(fullName)) report("SERVICE_NO_DELETE", place, `service ${fullName} is gone`);
    }
  }
}

function compareType(
  old: Declared,
  schema: FlatSchema,
  { part: now, path }: Found<Declared>,
  hasPlaces: boolean,
  report: Report,
): void {
  const what = `${old.kind} ${old.fullName}`;
  reportChange(report, "TYPE_SAME_KIND", now.at, old.fullName, `a ${old.kind}`, `a ${now.kind}`);
  if (hasPlaces) reportChange(report, "TYPE_SAME_FILE", now.at, what, `in ${schema.path}`, `in ${path}`);
}

interface Found<T> {
  readonly part: T;
  /** Of its file. */
  readonly path: string;
}

function byName<T extends FlatType>(
  schemas: readonly FlatSchema[],
  partsOf: (schema: FlatSchema) => readonly T[],
): Map<string, Found<T>> {
  return new Map(
    schemas.flatMap((schema) => partsOf(schema).map((part) => [part.fullName, { part, path: schema.path }] as const)),
  );
}

function typesOf({ tables, structs, enums, unions }: FlatSchema): Declared[] {
  return [...tables, ...structs, ...enums, ...unions];
}

/** `monster.fbs` and the `monster.bfbs` that flatc makes of it are one file. */
function keyOf({ path }: FlatSchema): string {
  return path.replace(/\.b?fbs$/, "");
}

function isBinary({ path }: FlatSchema): boolean {
  return path.endsWith(".bfbs");
}

/** Where what was in `old` would be now. */
function placeIn(old: FlatSchema, now: FlatSchema | undefined): Position {
  return now === undefined ? { file: old.path, line: 1, column: 1 } : startOf(now);
}

/** Where a file starts, by the name it has for what stands in it. */
export function startOf(schema: FlatSchema): Position {
  const file = [...typesOf(schema), ...schema.services][0]?.at.file ?? schema.path;
  return { file, line: 1, column: 1 };
}
