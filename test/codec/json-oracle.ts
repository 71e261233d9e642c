import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import protobuf, { type Type } from "protobufjs";
import descriptor, { type IDescriptorProto } from "protobufjs/ext/descriptor.js";
import { jsonName } from "../../codegen/proto/json-name.js";
import type { Codec } from "../../src/codec/index.js";
import { root } from "./oracle.js";

// The same schema as protobuf-es knows it, which writes and reads JSON as the official suite wants it.

const set = root.toDescriptor("proto3");
// One file for each package, what is imported first; calls have no JSON.
const packages = ["google.protobuf", "market", "everything"];
const files = packages.flatMap((name) => set.file?.filter((file) => file.package === name) ?? []);
for (const file of files) {
  file.service = [];
  for (const message of file.messageType ?? []) qualify(message, root.lookupType(`${file.package}.${message.name}`));
}

/** The messages of `everything.proto`. */
export const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, descriptor.FileDescriptorSet.encode({ file: files }).finish()),
);

/** What protobuf-es calls the schema of a message. */
export function schemaOf(codec: Pick<Codec<object>, "name">): DescMessage {
  const schema = registry.getMessage(codec.name);
  if (schema === undefined) throw new Error(`the schema has no message ${codec.name}`);
  return schema;
}

/**
 * protobufjs leaves the names of types as the schema has them, entries of maps without their ending, and fields without a name
 * in JSON: here they become what protoc would have made.
 */
function qualify({ field, nestedType }: IDescriptorProto, type: Type): void {
  const nested = nestedType ?? [];
  const entries = nested.filter(({ options }) => options?.mapEntry);
  for (const one of field ?? []) {
    one.jsonName = jsonName(one.name ?? "");
    const entry = type.fields[one.name ?? ""] instanceof protobuf.MapField ? `.${one.typeName}Entry` : undefined;
    if (one.typeName) one.typeName = entry ? type.fullName + entry : fullName(type, one.typeName);
  }
  for (const entry of entries) {
    entry.name += "Entry";
    for (const one of entry.field ?? []) if (one.typeName) one.typeName = fullName(type, one.typeName);
  }
  for (const inner of nested) if (!entries.includes(inner)) qualify(inner, type.lookupType(inner.name ?? ""));
}

function fullName(scope: Type, name: string): string {
  return scope.lookupTypeOrEnum(name).fullName;
}
