import { idOf } from "../hash.js";
import { fingerprintOf, kindOf } from "../table.js";
import { doc, type Documented } from "./doc.js";
import { lowerFirst, propertyName, upperFirst } from "./names.js";

const WIDTH = 120;

/** A service whose methods take and return types `T`, whatever its schema language. */
export interface ServiceOf<T> extends Documented {
  readonly name: string;
  readonly fullName: string;
  readonly methods: readonly MethodOf<T>[];
  /** What of it matters on the wire. */
  readonly table: readonly string[];
}

export interface MethodOf<T> extends Documented {
  readonly name: string;
  readonly path: string;
  readonly request: T;
  readonly response: T;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly topic: boolean;
  /** Whether the schema says that running it twice does no more than running it once. */
  readonly isIdempotent: boolean;
}

/** What of a generated file a service needs. */
export interface ServiceFile<T> {
  readonly names: { take(name: string): string };
  rpcType(name: string): string;
  useTopic(name: string): string;
  global(name: string): string;
  type(type: T): string;
  codec(type: T): string;
}

/** One method, with what it is called in the generated file. */
interface Parts<T> {
  readonly method: MethodOf<T>;
  readonly name: string;
  readonly constant: string;
  readonly kind: ReturnType<typeof kindOf>;
}

/** All that is generated for one service. */
export function emitService<T>(file: ServiceFile<T>, service: ServiceOf<T>): string {
  const name = file.names.take(service.name);
  const client = file.names.take(`${name}Client`);
  const handlers = file.names.take(`${name}Handlers`);
  const methods = service.methods.map((method) => partsOf(file, name, method));
  const [topics, calls] = [true, false].map((isTopic) => methods.filter(({ method }) => method.topic === isTopic));
  const names = { name, client, handlers, topics: topics.length > 0 ? file.names.take(`${name}Topics`) : undefined };
  return [
    emitInterface(service, client, methods, (parts) => clientMethod(file, parts)),
    emitInterface(service, handlers, calls, (parts) => handlerMethod(file, parts)),
    ...(names.topics ? [emitInterface(service, names.topics, topics, (parts) => topicMember(file, parts))] : []),
    ...methods.map((parts) => emitMethod(file, parts)),
    emitObject(file, service, names, methods),
  ].join("\n");
}

function partsOf<T>(file: ServiceFile<T>, service: string, method: MethodOf<T>): Parts<T> {
  const name = propertyName(method.name);
  const constant = file.names.take(lowerFirst(service) + upperFirst(name));
  return { method, name, constant, kind: kindOf(method) };
}

function emitInterface<T>(
  service: ServiceOf<T>,
  name: string,
  methods: readonly Parts<T>[],
  member: (parts: Parts<T>) => string,
): string {
  const members = methods.map((parts) => `${doc(parts.method, "  ")}  ${member(parts)}\n`).join("");
  return `${doc(service)}export interface ${name} {${members === "" ? "" : `\n${members}`}}\n`;
}

function clientMethod<T>(file: ServiceFile<T>, { method, name }: Parts<T>): string {
  const options = `options?: ${file.rpcType(method.topic ? "SubscribeOptions" : "CallOptions")}`;
  const [req, res] = [file.type(method.request), file.type(method.response)];
  const input = method.requestStream
    ? `requests: ${file.rpcType("Items")}<${req}>`
    : `request: ${file.global("Partial")}<${req}>`;
  const stream = method.topic ? "Subscription" : "Stream";
  const output = method.responseStream ? `${file.rpcType(stream)}<${res}>` : `${file.global("Promise")}<${res}>`;
  return `${name}(${input}, ${options}): ${output};`;
}

function handlerMethod<T>(file: ServiceFile<T>, { method, name }: Parts<T>): string {
  const [req, res] = [file.type(method.request), file.type(method.response)];
  const input = method.requestStream ? `requests: ${file.rpcType("Stream")}<${req}>` : `request: ${req}`;
  const output = `${file.rpcType(method.responseStream ? "Items" : "Answer")}<${res}>`;
  return `${name}(${input}, call: ${file.rpcType("Call")}): ${output};`;
}

/** What a service has beside its topics. */
const TAKEN = new Set(["name", "schema", "methods", "client", "serve"]);

function topicName({ name }: { readonly name: string }): string {
  return TAKEN.has(name) ? `${name}_` : name;
}

function topicMember<T>(file: ServiceFile<T>, parts: Parts<T>): string {
  return `readonly ${topicName(parts)}: ${methodType(file, parts)};`;
}

function methodType<T>(file: ServiceFile<T>, { method }: Parts<T>): string {
  return `${file.rpcType(method.topic ? "TopicMethod" : "Method")}<${file.type(method.request)}, ${file.type(method.response)}>`;
}

function emitMethod<T>(file: ServiceFile<T>, parts: Parts<T>): string {
  const { method, name, constant, kind } = parts;
  const { request, response } = method;
  return [
    `const ${constant}: ${methodType(file, parts)} = {\n`,
    `  name: "${name}",\n`,
    `  path: "${method.path}",\n`,
    `  id: ${idOf(method.path)},\n`,
    `  kind: "${kind}",\n`,
    method.isIdempotent ? "  idempotent: true,\n" : "",
    `  request: ${file.codec(request)},\n`,
    `  response: ${file.codec(response)},\n`,
    method.topic ? `  ${property("subscribing", file.useTopic("subscribing"))},\n` : "",
    "};\n",
  ].join("");
}

/** A property, in short where its value has the same name. */
function property(name: string, value: string): string {
  return name === value ? name : `${name}: ${value}`;
}

function emitObject<T>(
  file: ServiceFile<T>,
  service: ServiceOf<T>,
  names: {
    readonly name: string;
    readonly client: string;
    readonly handlers: string;
    readonly topics: string | undefined;
  },
  methods: readonly Parts<T>[],
): string {
  const stubs = methods.map(({ name, constant, kind, method }) => {
    const input = method.requestStream ? "requests" : "request";
    const call = method.topic ? "subscribe" : kind;
    return `    ${name}: (${input}, options) => caller.${call}(${constant}, ${input}, options),\n`;
  });
  const topics = methods.filter(({ method }) => method.topic);
  const calls = methods.filter(({ method }) => !method.topic);
  const routes = calls.map(({ name, constant, kind, method }) => {
    const input = method.requestStream ? "requests" : "request";
    return `    router.${kind}(${constant}, (${input}, call) => handlers.${name}(${input}, call));\n`;
  });
  const isEmpty = methods.length === 0;
  return [
    `${doc(service)}export const ${names.name}: ${file.rpcType("Service")}<${names.client}, ${names.handlers}>`,
    names.topics === undefined ? " = {\n" : ` & ${names.topics} = {\n`,
    `  name: "${service.fullName}",\n`,
    emitSchema(service),
    `  methods: [${methods.map(({ constant }) => constant).join(", ")}],\n`,
    isEmpty ? "  client: () => ({}),\n" : `  client: (caller) => ({\n${stubs.join("")}  }),\n`,
    calls.length === 0 ? "  serve() {},\n" : `  serve(router, handlers) {\n${routes.join("")}  },\n`,
    ...topics.map((parts) => `  ${topicName(parts)}: ${parts.constant},\n`),
    "};\n",
  ].join("");
}

function emitSchema({ fullName, table }: { readonly fullName: string; readonly table: readonly string[] }): string {
  return [
    "  schema: {\n",
    `    id: ${idOf(fullName)},\n`,
    `    fingerprint: "${fingerprintOf(table)}",\n`,
    table.length === 0 ? "    table: [],\n" : `    table: [\n${table.map(literal).join("")}    ],\n`,
    "  },\n",
  ].join("");
}

/** A line of the table as a string, in as many parts as it takes. */
function literal(line: string): string {
  const parts = [""];
  for (const word of line.split(/(?<= )/)) {
    if (parts.at(-1)!.length + word.length > WIDTH - 14) parts.push("");
    parts[parts.length - 1] += word;
  }
  return `      ${parts.map((part) => `"${part}"`).join(" +\n        ")},\n`;
}
