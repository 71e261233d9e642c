/** The schemas that come with Protocol Buffers, so that nobody needs them on disk; as plain messages. */
export const WELL_KNOWN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    any: `
// A message of any type: its name, and its bytes.
message Any {
  // Ends in a slash and the full name: \`type.googleapis.com/package.Message\`.
  string type_url = 1;
  bytes value = 2;
}`,
    duration: `
// A span of time.
message Duration {
  int64 seconds = 1;
  // Has the sign of \`seconds\`.
  int32 nanos = 2;
}`,
    empty: `
// Nothing.
message Empty {}`,
    field_mask: `
// Names fields of a message.
message FieldMask {
  repeated string paths = 1;
}`,
    struct: `
// A JSON object.
message Struct {
  map<string, Value> fields = 1;
}

// Any JSON value.
message Value {
  oneof kind {
    NullValue null_value = 1;
    double number_value = 2;
    string string_value = 3;
    bool bool_value = 4;
    Struct struct_value = 5;
    ListValue list_value = 6;
  }
}

// JSON's \`null\`.
enum NullValue {
  NULL_VALUE = 0;
}

// A JSON array.
message ListValue {
  repeated Value values = 1;
}`,
    timestamp: `
// A point in time.
message Timestamp {
  // Since 1970-01-01 UTC.
  int64 seconds = 1;
  // Never negative: counts forward from \`seconds\`.
  int32 nanos = 2;
}`,
    wrappers: ["double", "float", "int64", "uInt64", "int32", "uInt32", "bool", "string", "bytes"]
      .map(
        (type) => `\nmessage ${type[0]!.toUpperCase()}${type.slice(1)}Value {\n  ${type.toLowerCase()} value = 1;\n}`,
      )
      .join("\n"),
  }).map(([name, source]) => [
    `google/protobuf/${name}.proto`,
    `syntax = "proto3";\npackage google.protobuf;\n${source}\n`,
  ]),
);
