import { idOf } from "../hash.js";
import type { Message, Method, Service, TypeName } from "../model.js";
import { fingerprintOf, kindOf, tableOf } from "../table.js";
import { doc } from "./doc.js";
import type { File } from "./file.js";
import { lowerFirst, propertyName, upperFirst } from "./names.js";

const WIDTH = 120;

/** One method, with what it is called in the generated file. */
interface Parts {
  readonly method: Method;
  readonly name: string;
  readonly constant: string;
  readonly kind: ReturnType<typeof kindOf>;
  readonly request: Message;
  readonly response: Message;
}

/** All that is generated for one service. */
export function emitService(file: File, service: Service): string {
  const name = file.names.take(service.name);
  const client = file.names.take(`${name}Client`);
  const handlers = file.names.take(`${name}Handlers`);
  const methods = service.methods.map((method) => partsOf(file, name, method));
  return [
    emitInterface(service, client, methods, (parts) => clientMethod(file, parts)),
    emitInterface(service, handlers, methods, (parts) => handlerMethod(file, parts)),
    ...methods.map((parts) => emitMethod(file, parts)),
    emitObject(file, service, { name, client, handlers }, methods),
  ].join("\n");
}

function partsOf(file: File, service: string, method: Method): Parts {
  const name = propertyName(method.name);
  const constant = file.names.take(lowerFirst(service) + upperFirst(name));
  return {
    method,
    name,
    constant,
    kind: kindOf(method),
    request: target(method.request),
    response: target(method.response),
  };
}

function target({ name, target: type }: TypeName): Message {
  if (type?.kind !== "message") throw new Error(`${name} was not resolved`);
  return type;
}

function emitInterface(
  service: Service,
  name: string,
  methods: readonly Parts[],
  member: (parts: Parts) => string,
): string {
  const members = methods.map((parts) => `${doc(parts.method, "  ")}  ${member(parts)}\n`).join("");
  return `${doc(service)}export interface ${name} {${members === "" ? "" : `\n${members}`}}\n`;
}

function clientMethod(file: File, { method, name, request, response }: Parts): string {
  const options = `options?: ${file.rpcType("CallOptions")}`;
  const [req, res] = [file.type(request), file.type(response)];
  const input = method.requestStream
    ? `requests: ${file.rpcType("Items")}<${req}>`
    : `request: ${file.global("Partial")}<${req}>`;
  const output = method.responseStream ? `${file.rpcType("Stream")}<${res}>` : `${file.global("Promise")}<${res}>`;
  return `${name}(${input}, ${options}): ${output};`;
}

function handlerMethod(file: File, { method, name, request, response }: Parts): string {
  const [req, res] = [file.type(request), file.type(response)];
  const input = method.requestStream ? `requests: ${file.rpcType("Stream")}<${req}>` : `request: ${req}`;
  const output = `${file.rpcType(method.responseStream ? "Items" : "Answer")}<${res}>`;
  return `${name}(${input}, call: ${file.rpcType("Call")}): ${output};`;
}

function emitMethod(file: File, { method, name, constant, kind, request, response }: Parts): string {
  const type = `${file.rpcType("Method")}<${file.type(request)}, ${file.type(response)}>`;
  return [
    `const ${constant}: ${type} = {\n`,
    `  name: "${name}",\n`,
    `  path: "${method.path}",\n`,
    `  id: ${idOf(method.path)},\n`,
    `  kind: "${kind}",\n`,
    `  request: ${file.codec(request)},\n`,
    `  response: ${file.codec(response)},\n`,
    "};\n",
  ].join("");
}

function emitObject(
  file: File,
  service: Service,
  names: { readonly name: string; readonly client: string; readonly handlers: string },
  methods: readonly Parts[],
): string {
  const stubs = methods.map(({ name, constant, kind, method }) => {
    const input = method.requestStream ? "requests" : "request";
    return `    ${name}: (${input}, options) => caller.${kind}(${constant}, ${input}, options),\n`;
  });
  const routes = methods.map(({ name, constant, kind, method }) => {
    const input = method.requestStream ? "requests" : "request";
    return `    router.${kind}(${constant}, (${input}, call) => handlers.${name}(${input}, call));\n`;
  });
  const isEmpty = methods.length === 0;
  return [
    `${doc(service)}export const ${names.name}: ${file.rpcType("Service")}<${names.client}, ${names.handlers}> = {\n`,
    `  name: "${service.fullName}",\n`,
    emitSchema(service),
    `  methods: [${methods.map(({ constant }) => constant).join(", ")}],\n`,
    isEmpty ? "  client: () => ({}),\n" : `  client: (caller) => ({\n${stubs.join("")}  }),\n`,
    isEmpty ? "  serve() {},\n" : `  serve(router, handlers) {\n${routes.join("")}  },\n`,
    "};\n",
  ].join("");
}

function emitSchema(service: Service): string {
  const table = tableOf(service);
  return [
    "  schema: {\n",
    `    id: ${idOf(service.fullName)},\n`,
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
