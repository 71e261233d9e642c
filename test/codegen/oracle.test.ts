import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { allEnums, allExtensions, allMessages, type Extension, type Field, type Schema } from "../../codegen/model.js";
import { readProto } from "../../codegen/proto/read.js";

const project = fileURLToPath(new URL("../../", import.meta.url));
const google = join(project, "node_modules/protobufjs/google");
const files = [
  ...readdirSync(google, { recursive: true, encoding: "utf8" }).map((name) => join(google, name)),
  ...readdirSync(join(project, "schemas")).map((name) => join(project, "schemas", name)),
].filter((name) => name.endsWith(".proto"));

/** The copies that come with protobufjs have a few options as strings, and reserve names beside numbers: not so with protoc. */
function mended(source: string): string {
  return source.replace(/=\s*"([A-Z_]+)"/g, "= $1").replace(/(reserved [\d, ]+), "/g, '$1; reserved "');
}

/** What protobufjs says of a file, and what our reader says, in the same words. */
function both(source: string): { theirs: unknown; ours: unknown } {
  const { root } = protobuf.parse(source, new protobuf.Root(), { keepCase: true });
  return {
    theirs: namespaceText(root).sort(),
    ours: schemaText(readProto(source, "a.proto", "a.proto"))
      .filter(isKept)
      .sort(),
  };
}

/** protobufjs drops values of that name. */
function isKept(line: string): boolean {
  return !line.includes(".__proto__ = ");
}

function namespaceText(scope: protobuf.NamespaceBase): string[] {
  return scope.nestedArray.flatMap((object): string[] => {
    const name = object.fullName.slice(1);
    if (object instanceof protobuf.Enum) {
      return Object.entries(object.values).map(([value, number]) => `enum ${name}.${value} = ${number}`);
    }
    if (object instanceof protobuf.Field) return [`extend ${object.extend}: ${theirField(object)}`];
    if (object instanceof protobuf.Service)
      return object.methodsArray.map((method) => `rpc ${name}.${theirMethod(method)}`);
    const own =
      object instanceof protobuf.Type
        ? object.fieldsArray.filter(isDeclared).map((field) => `${name}: ${theirField(field)}`)
        : [];
    const inner = object instanceof protobuf.Namespace ? namespaceText(object) : [];
    return object instanceof protobuf.Type ? [`message ${name}`, ...own, ...inner] : inner;
  });
}

/** protobufjs shows an extension among the fields of its message, too. */
function isDeclared({ declaringField }: protobuf.Field): boolean {
  return declaringField === null;
}

function theirField(field: protobuf.Field): string {
  const key = field instanceof protobuf.MapField ? field.keyType : undefined;
  const oneof = field.partOf !== null && field.options?.["proto3_optional"] !== true ? field.partOf.name : undefined;
  return [field.id, field.name, key, field.type, key !== undefined ? "map" : field.repeated, oneof].join(" ");
}

function theirMethod({ name, requestType, responseType, requestStream, responseStream }: protobuf.Method): string {
  return `${name} ${requestType} ${requestStream === true} ${responseType} ${responseStream === true}`;
}

function schemaText(schema: Schema): string[] {
  return [
    ...allEnums(schema).flatMap(({ fullName, values }) => {
      return values.map(({ name, number }) => `enum ${fullName}.${name} = ${number}`);
    }),
    ...allMessages(schema).flatMap(({ fullName, fields }) => {
      return [`message ${fullName}`].concat(fields.map((field) => `${fullName}: ${ourField(field)}`));
    }),
    ...allExtensions(schema).map((field: Extension) => `extend ${field.extendee.name}: ${ourField(field)}`),
    ...schema.services.flatMap(({ fullName, methods }) => {
      return methods.map(({ name, request, response, requestStream, responseStream }) => {
        return `rpc ${fullName}.${name} ${request.name} ${requestStream} ${response.name} ${responseStream}`;
      });
    }),
  ];
}

function ourField({ number, name, keyType, type, presence, oneof }: Field): string {
  const typeName = typeof type === "string" ? type : type.name;
  const many = presence === "map" ? "map" : presence === "repeated";
  return [number, name, keyType, typeName, many, oneof].join(" ");
}

describe("our reader and protobufjs find the same names, numbers and types", () => {
  it.each(files.map((file) => [file.slice(project.length), file]))("in %s", (_, file) => {
    const { theirs, ours } = both(mended(readFileSync(file, "utf8")));
    expect(ours).toStrictEqual(theirs);
    expect(ours).not.toStrictEqual([]);
  });

  it("in a file with all that proto2 has", () => {
    const { theirs, ours } = both(`syntax = "proto2"; package p.q;
      message A { required int32 a = 0x10; optional .p.q.A b = 017; repeated string c = 3 [packed = false];
        oneof o { bytes d = 4; A e = 5; } map<string, E> f = 6; extensions 100 to max;
        enum E { Z = -1; Y = 0x7fffffff; } message B { optional E e = 1; } }
      extend A { optional int32 x = 100; }
      service S { rpc M (stream A) returns (A.B); rpc N (A) returns (stream A) { option deprecated = true; } }`);
    expect(ours).toStrictEqual(theirs);
  });
});
