import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "../../codegen/generate.js";
import { allEnums, allMessages, type Schema } from "../../codegen/model.js";
import { readProto } from "../../codegen/proto/read.js";
import { WELL_KNOWN } from "../../codegen/proto/well-known.js";
import { folder } from "./folder.js";
import { googleSchemas } from "./tools.js";

/** What matters of a schema to those who use it: its fields and values, with their numbers, types and defaults. */
function gist(schema: Schema): object {
  return {
    messages: allMessages(schema).map(({ fullName, fields, extensionRanges }) => ({
      fullName,
      fields: fields.map(({ name, number, type, presence, packed, oneof, defaultValue, deprecated }) => {
        const value = defaultValue?.kind === "name" ? defaultValue.text : undefined;
        return {
          name,
          number,
          type: typeof type === "string" ? type : type.name,
          presence,
          packed,
          oneof,
          value,
          deprecated,
        };
      }),
      ranges: extensionRanges.map(({ from, to }) => [from, to]),
    })),
    enums: allEnums(schema).map(({ fullName, closed, values }) => ({
      fullName,
      closed,
      values: values.map(({ name, number }) => [name, number]),
    })),
  };
}

describe("the schemas that come with the generator", () => {
  test.each([...WELL_KNOWN])("say what those on disk say, protoc's or the package's own: %s", (path, text) => {
    const file = join(path.startsWith("google/") ? googleSchemas : "schemas", path);
    expect(gist(readProto(text, path, path))).toEqual(gist(readProto(readFileSync(file, "utf8"), path, file)));
  });

  test("need no folder to be imported from, so that options can be declared", () => {
    const schema = `syntax = "proto3";
import "google/protobuf/descriptor.proto";
import "google/protobuf/api.proto";
extend google.protobuf.FieldOptions { string unit = 50000; }
message Sample { int32 value = 1 [(unit) = "ms"]; google.protobuf.Api api = 2; }
`;
    const dir = folder({ "a.proto": schema });
    expect(generate([join(dir, "a.proto")], []).map(({ path }) => path)).toContain("google/protobuf/descriptor.ts");
  });
});
