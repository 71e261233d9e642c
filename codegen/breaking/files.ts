import { allEnums, allExtensions, allMessages, type Position, type Schema } from "../model.js";
import { messagesOf } from "./entry.js";
import { type Report, reportChange, type Rule } from "./rules.js";

/** Compares a file with the one of its path now: whether all is still there that generated code is imported for. */
export function compareFiles(old: Schema, now: Schema, report: Report): void {
  const what = `file ${old.path}`;
  const packageOf = (schema: Schema): string => (schema.package === "" ? "in no package" : `in ${schema.package}`);
  reportChange(report, "FILE_SAME_PACKAGE", now.packageAt, what, packageOf(old), packageOf(now));
  reportChange(report, "FILE_SAME_SYNTAX", startOf(now), what, syntaxOf(old), syntaxOf(now));
  compareNames("MESSAGE_NO_DELETE", "message", old, now, messagesOf, report);
  compareNames("ENUM_NO_DELETE", "enum", old, now, allEnums, report);
  compareNames("EXTENSION_NO_DELETE", "extension", old, now, extensionsOf, report);
  compareNames("SERVICE_NO_DELETE", "service", old, now, ({ services }) => services, report);
}

interface Named {
  readonly fullName: string;
}

/** Names are those below the package, so that what moves with its whole file is not gone. */
function compareNames(
  rule: Rule,
  kind: string,
  old: Schema,
  now: Schema,
  partsOf: (schema: Schema) => readonly Named[],
  report: Report,
): void {
  const names = new Set(partsOf(now).map((part) => nameIn(now, part)));
  for (const part of partsOf(old)) {
    const name = nameIn(old, part);
    if (!names.has(name)) report(rule, placeOf(name, now), `${kind} ${part.fullName} is gone`);
  }
}

function extensionsOf(schema: Schema): Named[] {
  return allExtensions(schema).map(({ name, extendee }) => {
    return { fullName: extendee.scope === "" ? name : `${extendee.scope}.${name}` };
  });
}

function nameIn({ package: scope }: Schema, { fullName }: Named): string {
  return scope === "" ? fullName : fullName.slice(scope.length + 1);
}

/** Where the innermost message is that `name` stood in, or else where the file starts. */
function placeOf(name: string, schema: Schema): Position {
  const outer = name.split(".").slice(0, -1);
  for (let length = outer.length; length > 0; length--) {
    const path = outer.slice(0, length).join(".");
    const message = allMessages(schema).find((part) => nameIn(schema, part) === path);
    if (message !== undefined) return message.at;
  }
  return startOf(schema);
}

export function startOf({ packageAt: { file } }: Schema): Position {
  return { file, line: 1, column: 1 };
}

/** Editions are one syntax. */
function syntaxOf({ edition }: Schema): string {
  return edition === "proto2" || edition === "proto3" ? edition : "of an edition";
}
