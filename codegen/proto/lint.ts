import type { Edition, Features } from "../option.js";
import { type Position, SchemaError } from "../position.js";
import { DEFAULTS, resolve } from "./features.js";
import { upperCamel } from "./json-name.js";
import { lintEnum } from "./lint-enum.js";
import { lintExtendedField, lintField, lintOneofField } from "./lint-field.js";
import { checkJsonNames } from "./lint-json.js";
import { checkMessageSet, maxExtension } from "./message-set.js";
import { checkNumbers, checkRanges } from "./numbers.js";
import { checkOptions } from "./options.js";
import type { FieldNode, FileNode, ImportNode, MessageNode, Part, ServiceNode, Word } from "./tree.js";

/** Refuses what is wrong within one file, at the place where it is wrong. */
export function lint({ edition, options, imports, parts }: FileNode): void {
  checkOptions(options, "file", edition);
  lintImports(imports, edition);
  lintScope(parts, edition, resolve(DEFAULTS[edition], options));
}

function lintImports(imports: readonly ImportNode[], edition: Edition): void {
  const paths = new Set<string>();
  let forOptions = false;
  for (const { modifier, path } of imports) {
    if (forOptions && modifier?.text !== "option") {
      throw new SchemaError(path.at, "what is imported for options stands behind the other imports");
    }
    forOptions = modifier?.text === "option";
    if (modifier?.text === "option" && edition !== "2024") {
      throw new SchemaError(modifier.at, "import option came with edition 2024");
    }
    if (modifier?.text === "weak" && edition === "2024") {
      throw new SchemaError(modifier.at, "import weak left with edition 2024");
    }
    if (paths.has(path.text)) throw new SchemaError(path.at, `import "${path.text}" is there twice`);
    paths.add(path.text);
  }
}

/** A file or a message, with all that stands in it. */
function lintScope(parts: readonly Part[], edition: Edition, features: Features): void {
  const names = new Map<string, Position>();
  for (const part of parts) {
    for (const { text, at } of declared(part)) {
      const before = names.get(text);
      if (before !== undefined) throw new SchemaError(at, `${text} is already there, on line ${before.line}`);
      names.set(text, at);
    }
    lintPart(part, edition, features);
  }
}

/** What a part adds to the scope that it stands in: values of enums, too, and fields of oneofs and extensions. */
function declared(part: Part): Word[] {
  switch (part.kind) {
    case "reserved":
    case "extensions":
      return [];
    case "extend":
      return part.fields.map(({ name }) => name);
    case "enum":
      return [part.name, ...part.values.map(({ name }) => name)];
    case "oneof":
      return [part.name, ...part.fields.flatMap(namesOfField)];
    case "field":
      return namesOfField(part);
    default:
      return [part.name];
  }
}

/** A map declares the message of its entries, too. */
function namesOfField({ name, key }: FieldNode): Word[] {
  return key === undefined ? [name] : [name, { text: `${upperCamel(name.text)}Entry`, at: name.at }];
}

function lintPart(part: Part, edition: Edition, features: Features): void {
  switch (part.kind) {
    case "message":
      return lintMessage(part, edition, features);
    case "enum":
      checkVisibility(part.visibility, edition);
      return lintEnum(part, edition, resolve(features, part.options));
    case "service":
      return lintService(part, edition);
    case "oneof":
      checkOptions(part.options, "oneof", edition);
      if (part.fields.length === 0) throw new SchemaError(part.name.at, `oneof ${part.name.text} has no fields`);
      return part.fields.forEach((field) => lintOneofField(field, edition, resolve(features, part.options)));
    case "extend":
      return part.fields.forEach((field) => lintExtendedField(field, edition, features));
    case "field":
      return lintField(part, edition, features);
    case "extensions":
      if (edition === "proto3") throw new SchemaError(part.at, "proto3 has no extension ranges");
      return checkOptions(part.options, "extension range", edition);
    case "reserved":
  }
}

function lintMessage(message: MessageNode, edition: Edition, outer: Features): void {
  const { parts, options, visibility } = message;
  const features = resolve(outer, options);
  checkVisibility(visibility, edition);
  checkOptions(options, "message", edition);
  if (features.default_symbol_visibility === "STRICT") parts.forEach((part) => refuseExport(part, message));
  lintScope(parts, edition, features);
  const fields = parts.flatMap((part) => (part.kind === "oneof" ? part.fields : part.kind === "field" ? [part] : []));
  checkMessageSet(message, fields, edition);
  checkNumbers(fields, checkRanges(parts, edition, maxExtension(message)));
  checkJsonNames(fields, message, features);
}

function checkVisibility(visibility: Word | undefined, edition: Edition): void {
  if (visibility !== undefined && edition !== "2024") {
    throw new SchemaError(visibility.at, `${visibility.text} came with edition 2024`);
  }
}

/** Strictly, only what stands at the top is exported; and enums of a local message that is there for their names only. */
function refuseExport(part: Part, { visibility, parts }: MessageNode): void {
  if ((part.kind !== "message" && part.kind !== "enum") || part.visibility?.text !== "export") return;
  const empty = parts.some((other) => {
    return other.kind === "reserved" && other.ranges.some(({ from, to }) => from.value === 1 && to.text === "max");
  });
  if (part.kind === "enum" && visibility?.text === "local" && empty) return;
  throw new SchemaError(
    part.visibility.at,
    `${part.name.text} is nested, and only what is at the top is exported here`,
  );
}

function lintService(service: ServiceNode, edition: Edition): void {
  checkOptions(service.options, "service", edition);
  const names = new Map<string, Position>();
  for (const { name, options } of service.methods) {
    const before = names.get(name.text);
    if (before !== undefined) {
      throw new SchemaError(name.at, `${name.text} is already there, on line ${before.line}`);
    }
    names.set(name.text, name.at);
    checkOptions(options, "method", edition);
  }
}
