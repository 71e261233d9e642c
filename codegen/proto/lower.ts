import * as model from "../model.js";
import { type Features, isSet } from "../option.js";
import { DEFAULTS, resolve } from "./features.js";
import { lowerExtensions, lowerField, type Place } from "./lower-field.js";
import { maxExtension } from "./message-set.js";
import { isTopic } from "./topic-option.js";
import type { Declaration, EnumNode, FileNode, MessageNode, Part, ReservedNode, ServiceNode } from "./tree.js";

/** Makes the model of a file from its tree. */
export function lower(tree: FileNode, path: string): model.Schema {
  const name = tree.package?.text ?? "";
  const features = resolve(DEFAULTS[tree.edition], tree.options);
  const place = { name, features, top: true };
  return {
    path,
    package: name,
    packageAt: tree.package?.at ?? tree.syntax.at,
    edition: tree.edition,
    options: tree.options,
    features,
    imports: tree.imports.map(({ modifier, path: { text, at } }) => {
      return { path: text, public: modifier?.text === "public", option: modifier?.text === "option", at };
    }),
    ...lowerTypes(tree.parts, place),
    services: tree.parts.filter((part) => part.kind === "service").map((part) => lowerService(part, place)),
  };
}

function lowerTypes(parts: readonly Part[], place: Place): Pick<model.Schema, "messages" | "enums" | "extensions"> {
  return {
    messages: parts.filter((part) => part.kind === "message").map((part) => lowerMessage(part, place)),
    enums: parts.filter((part) => part.kind === "enum").map((part) => lowerEnum(part, place)),
    extensions: parts.filter((part) => part.kind === "extend").flatMap((part) => lowerExtensions(part, place)),
  };
}

function named({ name, doc, options }: Declaration, outer: Features): model.Named {
  const features = resolve(outer, options);
  return { name: name.text, at: name.at, doc, deprecated: isSet(options, "deprecated"), options, features };
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

/** Whether a type is local: as it says itself, or else as the file says for where it stands. */
function isLocal(visibility: string | undefined, { features, top }: Place): boolean {
  if (visibility !== undefined) return visibility === "local";
  const all = features.default_symbol_visibility;
  return all === "LOCAL_ALL" || all === "STRICT" || (all === "EXPORT_TOP_LEVEL" && !top);
}

function lowerMessage(node: MessageNode, outer: Place): model.Message {
  const own = named(node, outer.features);
  const place = { name: join(outer.name, own.name), features: own.features, top: false };
  const fieldsOf = (part: Part): model.Field[] => {
    if (part.kind === "field") return [lowerField(part, place)];
    if (part.kind !== "oneof") return [];
    const features = resolve(place.features, part.options);
    return part.fields.map((field) => lowerField(field, { ...place, features }, part.name.text));
  };
  return {
    ...own,
    kind: "message",
    fullName: place.name,
    local: isLocal(node.visibility?.text, outer),
    fields: node.parts.flatMap(fieldsOf),
    oneofs: node.parts.filter((part) => part.kind === "oneof").map((part) => named(part, place.features)),
    ...lowerTypes(node.parts, place),
    extensionRanges: node.parts
      .filter((part) => part.kind === "extensions")
      .flatMap(({ ranges, options }) => {
        const max = maxExtension(node);
        return ranges.map(({ from, to }) => ({ from: from.value, to: to.text === "max" ? max : to.value, options }));
      }),
    reserved: lowerReserved(node.parts.filter((part) => part.kind === "reserved")),
  };
}

function lowerEnum(node: EnumNode, outer: Place): model.Enum {
  const own = named(node, outer.features);
  return {
    ...own,
    kind: "enum",
    fullName: join(outer.name, own.name),
    local: isLocal(node.visibility?.text, outer),
    closed: own.features.enum_type === "CLOSED",
    values: node.values.map((value) => Object.assign(named(value, own.features), { number: value.number.value })),
    reserved: lowerReserved(node.reserved),
  };
}

function lowerReserved(nodes: readonly ReservedNode[]): model.Reserved {
  return {
    names: nodes.flatMap(({ names }) => names.map(({ text }) => text)),
    ranges: nodes.flatMap(({ ranges }) => ranges.map(({ from, to }) => ({ from: from.value, to: to.value }))),
  };
}

function lowerService(node: ServiceNode, outer: Place): model.Service {
  const own = named(node, outer.features);
  const fullName = join(outer.name, own.name);
  const methods = node.methods.map((method): model.Method => {
    const { request, response, requestStream, responseStream } = method;
    return {
      ...named(method, own.features),
      path: `${fullName}/${method.name.text}`,
      request: { name: request.text, at: request.at, scope: fullName },
      response: { name: response.text, at: response.at, scope: fullName },
      requestStream,
      responseStream,
      topic: isTopic(method),
    };
  });
  return { ...own, fullName, methods };
}
