import { SchemaError } from "../position.js";
import type { MethodNode } from "./tree.js";

/** The file that declares the options of ours; it is known without being there. */
export const OPTIONS_PATH = "millrace/options.proto";

/** The name of the option, as compiled schemas have it too, and its number. */
export const TOPIC = { name: "millrace.topic", number: 51710 };

export const OPTIONS = `// What millrace understands beside the options of Protocol Buffers.
syntax = "proto3";

package millrace;

import "google/protobuf/descriptor.proto";

extend google.protobuf.MethodOptions {
  // Makes a method that streams its answers a topic: its request is the key that one subscribes to, its answers the events.
  bool topic = ${TOPIC.number};
}
`;

/** Whether a method is a topic. Throws a `SchemaError` if it then does not take one request and stream its answers. */
export function isTopic({ options, requestStream, responseStream }: MethodNode): boolean {
  const option = options.find(({ path: [{ name, custom }] }) => custom && name.replace(/^\./, "") === TOPIC.name);
  if (option?.value.kind !== "name" || option.value.text !== "true") return false;
  if (!requestStream && responseStream) return true;
  throw new SchemaError(option.value.at, "a topic takes one request and streams its answers: returns (stream …)");
}
