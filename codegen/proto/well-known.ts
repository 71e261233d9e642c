import { DESCRIPTOR } from "./descriptor-proto.js";
import { OPTIONS, OPTIONS_PATH } from "./topic-option.js";

/** The schemas that come with Protocol Buffers, so that nobody needs them on disk, as plain messages; and our options. */
export const WELL_KNOWN: ReadonlyMap<string, string> = new Map<string, string>(
  Object.entries({
    api: `
import "google/protobuf/source_context.proto";
import "google/protobuf/type.proto";

// A service.
message Api {
  string name = 1;
  repeated Method methods = 2;
  repeated Option options = 3;
  string version = 4;
  SourceContext source_context = 5;
  repeated Mixin mixins = 6;
  Syntax syntax = 7;
  string edition = 8;
}

// A method of a service.
message Method {
  string name = 1;
  string request_type_url = 2;
  bool request_streaming = 3;
  string response_type_url = 4;
  bool response_streaming = 5;
  repeated Option options = 6;
  Syntax syntax = 7 [deprecated = true];
  string edition = 8 [deprecated = true];
}

// A service of which another has all methods.
message Mixin {
  string name = 1;
  string root = 2;
}`,
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
    source_context: `
// Where a type was declared.
message SourceContext {
  string file_name = 1;
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
    type: `
import "google/protobuf/any.proto";
import "google/protobuf/source_context.proto";

// A message type.
message Type {
  string name = 1;
  repeated Field fields = 2;
  repeated string oneofs = 3;
  repeated Option options = 4;
  SourceContext source_context = 5;
  Syntax syntax = 6;
  string edition = 7;
}

// A field of a message type.
message Field {
  enum Kind {
    TYPE_UNKNOWN = 0;
    TYPE_DOUBLE = 1;
    TYPE_FLOAT = 2;
    TYPE_INT64 = 3;
    TYPE_UINT64 = 4;
    TYPE_INT32 = 5;
    TYPE_FIXED64 = 6;
    TYPE_FIXED32 = 7;
    TYPE_BOOL = 8;
    TYPE_STRING = 9;
    TYPE_GROUP = 10;
    TYPE_MESSAGE = 11;
    TYPE_BYTES = 12;
    TYPE_UINT32 = 13;
    TYPE_ENUM = 14;
    TYPE_SFIXED32 = 15;
    TYPE_SFIXED64 = 16;
    TYPE_SINT32 = 17;
    TYPE_SINT64 = 18;
  }
  enum Cardinality {
    CARDINALITY_UNKNOWN = 0;
    CARDINALITY_OPTIONAL = 1;
    CARDINALITY_REQUIRED = 2;
    CARDINALITY_REPEATED = 3;
  }
  Kind kind = 1;
  Cardinality cardinality = 2;
  int32 number = 3;
  string name = 4;
  string type_url = 6;
  int32 oneof_index = 7;
  bool packed = 8;
  repeated Option options = 9;
  string json_name = 10;
  string default_value = 11;
}

// An enum.
message Enum {
  string name = 1;
  repeated EnumValue enumvalue = 2;
  repeated Option options = 3;
  SourceContext source_context = 4;
  Syntax syntax = 5;
  string edition = 6;
}

// A value of an enum.
message EnumValue {
  string name = 1;
  int32 number = 2;
  repeated Option options = 3;
}

// An option, with its value.
message Option {
  string name = 1;
  Any value = 2;
}

// What a schema is written in.
enum Syntax {
  SYNTAX_PROTO2 = 0;
  SYNTAX_PROTO3 = 1;
  SYNTAX_EDITIONS = 2;
}`,
    wrappers: ["double", "float", "int64", "uInt64", "int32", "uInt32", "bool", "string", "bytes"]
      .map((type) => `\nmessage ${type[0].toUpperCase()}${type.slice(1)}Value {\n  ${type.toLowerCase()} value = 1;\n}`)
      .join("\n"),
    descriptor: DESCRIPTOR,
  }).map(([name, source]) => [
    `google/protobuf/${name}.proto`,
    `syntax = "${source === DESCRIPTOR ? "proto2" : "proto3"}";\npackage google.protobuf;\n${source}\n`,
  ]),
).set(OPTIONS_PATH, OPTIONS);
