import type { Enum, Field, Message, Method, Service, TypeName } from "./model.js";

/**
 * What of a service matters on the wire, a line each: its methods, and all messages and enums reached from them. Two
 * schemas whose peers cannot tell them apart have the same table (see docs/wire.md).
 */
export function tableOf(service: Service): string[] {
  const methods = byName(service.methods).map(methodLine);
  const types = byName(reached(service).map((type) => ({ name: type.fullName, type })));
  const lines = (kind: string): string[] =>
    types.filter(({ type }) => type.kind === kind).map(({ type }) => line(type));
  return [...methods, ...lines("message"), ...lines("enum")];
}

/** The fingerprint of a table: the 64-bit FNV-1a hash of its lines, each with a line feed behind it, as 16 digits. */
export function fingerprintOf(table: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(table.map((text) => `${text}\n`).join(""))) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** What a method is called by: a topic, or from whether its requests and responses are many. */
export function kindOf(method: {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly topic: boolean;
}): "unary" | "serverStream" | "clientStream" | "duplex" | "topic" {
  if (method.topic) return "topic";
  if (method.requestStream) return method.responseStream ? "duplex" : "clientStream";
  return method.responseStream ? "serverStream" : "unary";
}

function reached(service: Service): (Message | Enum)[] {
  const found = new Set<Message | Enum>();
  const add = ({ type }: { readonly type: Field["type"] }): void => {
    if (typeof type !== "string") found.add(targetOf(type));
  };
  for (const { request, response } of service.methods) [request, response].forEach((type) => add({ type }));
  // A set that grows while it is walked hands out what was added, too.
  for (const type of found) if (type.kind === "message") type.fields.forEach(add);
  return [...found];
}

function methodLine(method: Method): string {
  const [request, response] = [method.request, method.response].map((type) => targetOf(type).fullName);
  return `rpc ${method.name} ${kindOf(method)} ${request} ${response}`;
}

function line(type: Message | Enum): string {
  const parts = type.kind === "message" ? byNumber(type.fields).map(fieldText) : numbersOf(type);
  return [type.kind, type.fullName, ...parts].join(" ");
}

/** That an enum is closed leaves no trace: what its readers keep from a field, they send on all the same. */
function fieldText(field: Field): string {
  const { number, presence, keyType } = field;
  const type = typeof field.type === "string" ? field.type : targetOf(field.type).fullName;
  if (presence === "map") return `${number}:map<${keyType},${type}>`;
  const one = isGroup(field) ? `group<${type}>` : type;
  return `${number}:${one}${presence === "repeated" ? "[]" : presence === "required" ? "!" : ""}`;
}

/** Whether a field's messages stand between two tags. */
function isGroup({ type, features }: Field): boolean {
  return typeof type !== "string" && targetOf(type).kind === "message" && features.message_encoding === "DELIMITED";
}

/** Each number once, whatever its names. */
function numbersOf(type: Enum): string[] {
  return [...new Set(byNumber(type.values).map(({ number }) => String(number)))];
}

function targetOf({ name, target }: TypeName): Message | Enum {
  if (target === undefined) throw new Error(`${name} was not resolved`);
  return target;
}

function byName<T extends { readonly name: string }>(parts: readonly T[]): T[] {
  return parts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function byNumber<T extends { readonly number: number }>(parts: readonly T[]): T[] {
  return parts.toSorted((a, b) => a.number - b.number);
}
