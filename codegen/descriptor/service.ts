import type { MethodNode, ServiceNode } from "../proto/tree.js";
import type { Node } from "./node.js";
import { METHOD, SERVICE } from "./numbers.js";
import { optionsOf } from "./options.js";

export function serviceOf(node: Node): ServiceNode {
  return {
    kind: "service",
    name: node.name(SERVICE.name),
    doc: node.doc(),
    options: optionsOf(node, SERVICE.options, "service"),
    methods: node.children(SERVICE.method).map(methodOf),
  };
}

function methodOf(node: Node): MethodNode {
  return {
    kind: "rpc",
    name: node.name(METHOD.name),
    doc: node.doc(),
    options: optionsOf(node, METHOD.options, "method"),
    request: node.dotted(METHOD.inputType),
    response: node.dotted(METHOD.outputType),
    requestStream: node.fields.flag(METHOD.clientStreaming),
    responseStream: node.fields.flag(METHOD.serverStreaming),
  };
}
