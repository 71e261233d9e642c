import { createFileRegistry, fromBinary, fromJson, toBinary, type JsonValue } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import descriptor, { type IDescriptorProto } from "protobufjs/ext/descriptor.js";
import type { Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { inForm, jsonForm } from "../form.js";
import { schema } from "../schema.js";

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, describe()));

/** @bufbuild/protobuf with messages of its own making; it makes the page that it encodes into, each time. */
export function protobufEs({ codec, values }: Corpus): Contender {
  const type = registry.getMessage(codec.name);
  if (type === undefined) throw new Error(`the schema has no message ${codec.name}`);
  const messages = values.map((value) => fromJson(type, inForm(value, jsonForm) as JsonValue));
  const encoded = messages.map((message) => toBinary(type, message));
  return {
    encode: (i) => toBinary(type, messages[i]).length,
    decode: (i) => fromBinary(type, encoded[i]),
    expected: (i) => fromBinary(type, codec.toBytes(values[i])),
  };
}

/** The schema as a `FileDescriptorSet`. protobufjs leaves the names of types unqualified, so they are completed here. */
function describe(): Uint8Array {
  const set = schema.toDescriptor("proto3");
  for (const file of set.file ?? []) {
    for (const message of file.messageType ?? []) qualify(message, `.${file.package}`);
  }
  return descriptor.FileDescriptorSet.encode(set).finish();
}

function qualify({ name, field, nestedType }: IDescriptorProto, scope: string): void {
  const nested = new Set(nestedType?.map((type) => type.name));
  for (const one of field ?? []) {
    if (one.typeName) one.typeName = `${nested.has(one.typeName) ? `${scope}.${name}` : scope}.${one.typeName}`;
  }
}
