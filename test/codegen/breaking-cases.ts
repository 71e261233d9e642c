/** What a schema was, and what it is now; without a `syntax` or an `edition`, proto3. */
export interface Case {
  /** What happened, behind `when`. */
  readonly change: string;
  readonly old: string;
  /** Without it, the file is gone. */
  readonly now: string | undefined;
  /** What is to be found where buf is wrong. */
  readonly instead?: readonly string[];
}

function message(change: string, old: string, now: string): Case {
  return { change, old: `message M { ${old} }`, now: `message M { ${now} }` };
}

function proto2(change: string, old: string, now: string): Case {
  return { change, old: `syntax = "proto2"; ${old}`, now: `syntax = "proto2"; ${now}` };
}

function edition(change: string, old: string, now: string): Case {
  return { change, old: `edition = "2023"; ${old}`, now: `edition = "2023"; ${now}` };
}

/** A field whose type changes from each of these to each other. */
function types(...names: readonly string[]): Case[] {
  return names.flatMap((old) =>
    names
      .filter((now) => now !== old)
      .map((now) => {
        const more = "message A { int32 a = 1; } enum E { Z = 0; }";
        return {
          change: `${old} becomes ${now}`,
          old: `message M { ${old} f = 1; } ${more}`,
          now: `message M { ${now} f = 1; } ${more}`,
        };
      }),
  );
}

export const CASES: readonly Case[] = [
  { change: "nothing changes", old: "message M { int32 a = 1; }", now: "message M { int32 a = 1; }" },
  { change: "a file goes", old: "message M {} enum E { Z = 0; } service S {}", now: undefined },
  {
    change: "a file gets another package",
    old: "package PACKAGE; message M {}",
    now: "package PACKAGE.more; message M {}",
  },
  {
    change: "a file gets another syntax",
    old: "message M { int32 a = 1; }",
    now: 'syntax = "proto2"; message M { optional int32 a = 1; }',
  },
  {
    change: "a file becomes one of an edition",
    old: "message M { optional int32 a = 1; }",
    now: 'edition = "2023"; message M { int32 a = 1; }',
  },
  {
    change: "a file with maps gets another syntax",
    old: "message M { map<int32, int32> a = 1; map<string, M> b = 2; }",
    now: 'syntax = "proto2"; message M { map<int32, int32> a = 1; map<string, M> b = 2; }',
  },
  {
    change: "a file with maps becomes one of an edition",
    old: "message M { map<int32, string> a = 1; map<bool, M> b = 2; }",
    now: 'edition = "2023"; message M { map<int32, string> a = 1; map<bool, M> b = 2; }',
  },
  { change: "a message goes", old: "message M {} message N {}", now: "message N {}" },
  {
    change: "a message with messages goes",
    old: "message M { message N { enum E { Z = 0; } message O {} } }",
    now: "message X {}",
  },
  { change: "a nested message goes", old: "message M { message N { message O {} } }", now: "message M {}" },
  { change: "a nested enum goes", old: "message M { enum E { Z = 0; } }", now: "message M {}" },
  { change: "an enum goes", old: "enum E { Z = 0; } enum F { Y = 0; }", now: "enum F { Y = 0; }" },
  {
    change: "a service goes",
    old: "message M {} service S { rpc A(M) returns (M); } service T {}",
    now: "message M {} service T {}",
  },
  {
    change: "a method goes",
    old: "message M {} service S { rpc A(M) returns (M); rpc B(M) returns (M); }",
    now: "message M {} service S { rpc A(M) returns (M); }",
  },
  {
    change: "a method is renamed",
    old: "message M {} service S { rpc A(M) returns (M); }",
    now: "message M {} service S { rpc B(M) returns (M); }",
  },
  {
    change: "a method takes another message",
    old: "message M {} message N {} service S { rpc A(M) returns (M); }",
    now: "message M {} message N {} service S { rpc A(N) returns (M); }",
  },
  {
    change: "a method answers with another message",
    old: "message M {} message N {} service S { rpc A(M) returns (M); }",
    now: "message M {} message N {} service S { rpc A(M) returns (N); }",
  },
  {
    change: "a method takes a stream",
    old: "message M {} service S { rpc A(M) returns (M); }",
    now: "message M {} service S { rpc A(stream M) returns (M); }",
  },
  {
    change: "a method answers with a stream no more",
    old: "message M {} service S { rpc A(M) returns (stream M); }",
    now: "message M {} service S { rpc A(M) returns (M); }",
  },
  {
    change: "a method becomes idempotent",
    old: "message M {} service S { rpc A(M) returns (M); }",
    now: "message M {} service S { rpc A(M) returns (M) { option idempotency_level = IDEMPOTENT; } }",
  },
  {
    change: "a method has its idempotency said",
    old: "message M {} service S { rpc A(M) returns (M); }",
    now: "message M {} service S { rpc A(M) returns (M) { option idempotency_level = IDEMPOTENCY_UNKNOWN; } }",
  },
  message("a field comes", "int32 a = 1;", "int32 a = 1; int32 b = 2;"),
  message("a field goes", "int32 a = 1; int32 b = 2;", "int32 a = 1;"),
  message("a field goes and its number is reserved", "int32 a = 1; int32 b = 2;", "int32 a = 1; reserved 2;"),
  message(
    "a field goes and both its number and its name are reserved",
    "int32 a = 1; int32 b = 2;",
    'int32 a = 1; reserved 2; reserved "b";',
  ),
  message("a field goes and its name is reserved", "int32 a = 1; int32 b = 2;", 'int32 a = 1; reserved "b";'),
  message("a field gets another number", "int32 a = 1;", "int32 a = 2;"),
  message("a field gets another name", "int32 a = 1;", "int32 b = 1;"),
  message("fields change places", "int32 a = 1; int32 b = 2;", "int32 b = 2; int32 a = 1;"),
  message("a field gets a name in JSON", "int32 a = 1;", 'int32 a = 1 [json_name = "b"];'),
  message("a field gets the name in JSON that it has", "int32 a_b = 1;", 'int32 a_b = 1 [json_name = "aB"];'),
  message("a field becomes optional", "int32 a = 1;", "optional int32 a = 1;"),
  message("a field is optional no more", "optional int32 a = 1;", "int32 a = 1;"),
  message("a number becomes repeated", "int32 a = 1;", "repeated int32 a = 1;"),
  message("a repeated number becomes one", "repeated int32 a = 1;", "int32 a = 1;"),
  message("an optional text becomes repeated", "optional string a = 1;", "repeated string a = 1;"),
  message("a message becomes repeated", "M a = 1;", "repeated M a = 1;"),
  message("a message is said to be optional", "M a = 1;", "optional M a = 1;"),
  message("a map becomes a number", "map<string, int32> a = 1;", "int32 a = 1;"),
  message("a map becomes repeated", "map<string, int32> a = 1;", "repeated M a = 1;"),
  message("repeated messages become a map", "repeated M a = 1;", "map<string, int32> a = 1;"),
  message(
    "repeated entries become a map",
    "repeated AEntry a = 1; message AEntry { string key = 1; int32 value = 2; }",
    "map<string, int32> a = 1;",
  ),
  message("a map gets other keys", "map<string, int32> a = 1;", "map<int32, int32> a = 1;"),
  message("a map gets other keys of the same encoding", "map<int64, int32> a = 1;", "map<int32, int32> a = 1;"),
  message("a map gets other values", "map<string, int32> a = 1;", "map<string, string> a = 1;"),
  message(
    "a map gets other messages",
    "map<string, N> a = 1; message N {} message O {}",
    "map<string, O> a = 1; message N {} message O {}",
  ),
  message("a map goes", "map<string, int32> a = 1;", "int32 b = 2;"),
  message("a map goes and is reserved", "map<string, int32> a = 1;", 'reserved 1; reserved "a";'),
  message("a map gets another name", "map<string, int32> a = 1;", "map<string, int32> b = 1;"),
  message("a field enters a oneof", "int32 a = 1; int32 b = 2;", "oneof o { int32 a = 1; } int32 b = 2;"),
  message(
    "an optional field enters a oneof",
    "optional int32 a = 1; int32 b = 2;",
    "oneof o { int32 a = 1; } int32 b = 2;",
  ),
  message("a field leaves a oneof", "oneof o { int32 a = 1; int32 b = 2; }", "oneof o { int32 a = 1; } int32 b = 2;"),
  message("a oneof gets another name", "oneof o { int32 a = 1; }", "oneof p { int32 a = 1; }"),
  message("a oneof goes with its fields", "oneof o { int32 a = 1; } int32 b = 2;", "int32 b = 2;"),
  message("a oneof gets a field", "oneof o { int32 a = 1; }", "oneof o { int32 a = 1; int32 b = 2; }"),
  message("jstype is set", "int64 a = 1;", "int64 a = 1 [jstype = JS_NUMBER];"),
  message("jstype is set to what it is", "int64 a = 1;", "int64 a = 1 [jstype = JS_NORMAL];"),
  message("jstype is set to text", "int64 a = 1 [jstype = JS_NUMBER];", "int64 a = 1 [jstype = JS_STRING];"),
  message("a list is packed no more", "repeated int32 a = 1;", "repeated int32 a = 1 [packed = false];"),
  message("a field is deprecated", "int32 a = 1;", "int32 a = 1 [deprecated = true];"),
  message("a reserved number is let go", "reserved 1, 5;", "reserved 1;"),
  message("a reserved number is used again", "reserved 1, 5;", "reserved 1; int32 a = 5;"),
  message("a reserved name is used again", 'reserved "a"; int32 b = 1;', "int32 b = 1; int32 a = 2;"),
  message("a reserved name is let go", 'reserved "a", "b";', 'reserved "b";'),
  message("a reserved range gets wider", "reserved 5 to 10;", "reserved 4 to 11;"),
  message("a reserved range gets smaller", "reserved 5 to 10;", "reserved 5 to 9;"),
  message("a reserved range is cut in two", "reserved 5 to 10;", "reserved 5 to 7, 8 to 10;"),
  message("all is reserved from a number on", "reserved 5 to 10;", "reserved 5 to max;"),
  { change: "a value comes", old: "enum E { Z = 0; }", now: "enum E { Z = 0; A = 1; }" },
  { change: "a value goes", old: "enum E { Z = 0; A = 1; }", now: "enum E { Z = 0; }" },
  {
    change: "a value goes and its number is reserved",
    old: "enum E { Z = 0; A = 1; }",
    now: "enum E { Z = 0; reserved 1; }",
  },
  {
    change: "a value goes and its name is reserved",
    old: "enum E { Z = 0; A = 1; }",
    now: 'enum E { Z = 0; reserved "A"; }',
  },
  { change: "a value gets another name", old: "enum E { Z = 0; A = 1; }", now: "enum E { Z = 0; B = 1; }" },
  { change: "a value gets another number", old: "enum E { Z = 0; A = 1; }", now: "enum E { Z = 0; A = 2; }" },
  {
    change: "a value gets a second name",
    old: "enum E { Z = 0; A = 1; }",
    now: "enum E { option allow_alias = true; Z = 0; A = 1; B = 1; }",
  },
  {
    change: "a value loses its second name",
    old: "enum E { option allow_alias = true; Z = 0; A = 1; B = 1; }",
    now: "enum E { Z = 0; A = 1; }",
  },
  {
    change: "a value with two names loses both",
    old: "enum E { option allow_alias = true; Z = 0; A = 1; B = 1; }",
    now: "enum E { Z = 0; }",
  },
  { change: "values change places", old: "enum E { Z = 0; A = 1; B = 2; }", now: "enum E { Z = 0; B = 2; A = 1; }" },
  {
    change: "a reserved number of an enum is let go",
    old: "enum E { Z = 0; reserved 3 to 5; }",
    now: "enum E { Z = 0; reserved 3 to 4; }",
  },
  {
    change: "a reserved number of an enum is used again",
    old: "enum E { Z = 0; reserved 3 to 5; }",
    now: "enum E { Z = 0; A = 4; reserved 3, 5; }",
  },
  { change: "a reserved name of an enum is let go", old: 'enum E { Z = 0; reserved "A"; }', now: "enum E { Z = 0; }" },
  {
    change: "an enum reserves more",
    old: "enum E { Z = 0; reserved -5 to -1; }",
    now: "enum E { Z = 0; reserved -6 to -1; }",
  },
  {
    change: "a field gets an enum of the same name with more values",
    old: "message M { A.E e = 1; } message A { enum E { Z = 0; } } message B { enum E { Z = 0; X = 1; } }",
    now: "message M { B.E e = 1; } message A { enum E { Z = 0; } } message B { enum E { Z = 0; X = 1; } }",
  },
  {
    change: "a field gets an enum of the same name with fewer values",
    old: "message M { B.E e = 1; } message A { enum E { Z = 0; } } message B { enum E { Z = 0; X = 1; } }",
    now: "message M { A.E e = 1; } message A { enum E { Z = 0; } } message B { enum E { Z = 0; X = 1; } }",
  },
  {
    change: "a field gets an enum of another name",
    old: "message M { E e = 1; } enum E { Z = 0; } enum F { Y = 0; }",
    now: "message M { F e = 1; } enum E { Z = 0; } enum F { Y = 0; }",
  },
  {
    change: "a field gets another message",
    old: "message M { A e = 1; } message A {} message B {}",
    now: "message M { B e = 1; } message A {} message B {}",
  },
  ...types(
    "double",
    "float",
    "int32",
    "int64",
    "uint32",
    "sint32",
    "sint64",
    "fixed32",
    "sfixed32",
    "fixed64",
    "sfixed64",
    "bool",
    "string",
    "bytes",
    "A",
    "E",
  ),
  proto2("a field becomes required", "message M { optional int32 a = 1; }", "message M { required int32 a = 1; }"),
  proto2("a field is required no more", "message M { required int32 a = 1; }", "message M { optional int32 a = 1; }"),
  proto2("a required field comes", "message M {}", "message M { required int32 a = 1; }"),
  proto2("a required field goes", "message M { required int32 a = 1; }", "message M { reserved 1; }"),
  proto2(
    "a required field becomes repeated",
    "message M { required int32 a = 1; }",
    "message M { repeated int32 a = 1; }",
  ),
  proto2(
    "a default value changes",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { optional int32 a = 1 [default = 2]; }",
  ),
  proto2(
    "a default value comes",
    "message M { optional int32 a = 1; }",
    "message M { optional int32 a = 1 [default = 2]; }",
  ),
  proto2(
    "the usual default value is said",
    "message M { optional int32 a = 1; }",
    "message M { optional int32 a = 1 [default = 0]; }",
  ),
  proto2(
    "a default value goes",
    "message M { optional string a = 1 [default = 'x']; }",
    "message M { optional string a = 1; }",
  ),
  proto2(
    "a default text changes",
    "message M { optional string a = 1 [default = 'x']; }",
    "message M { optional string a = 1 [default = 'y']; }",
  ),
  proto2(
    "a default value is written in another way",
    "message M { optional int32 a = 1 [default = 0x10]; optional double d = 2 [default = 1e3]; }",
    "message M { optional int32 a = 1 [default = 16]; optional double d = 2 [default = 1000]; }",
  ),
  proto2(
    "a default value of an enum changes",
    "message M { optional E a = 1 [default = B]; } enum E { A = 1; B = 2; }",
    "message M { optional E a = 1 [default = A]; } enum E { A = 1; B = 2; }",
  ),
  proto2(
    "the first value of an enum is said to be the default",
    "message M { optional E a = 1; } enum E { A = 1; B = 2; }",
    "message M { optional E a = 1 [default = A]; } enum E { A = 1; B = 2; }",
  ),
  proto2(
    "the first value of an enum changes",
    "message M { optional E a = 1; } enum E { A = 1; B = 2; }",
    "message M { optional E a = 1; } enum E { B = 2; A = 1; }",
  ),
  proto2(
    "a default value changes with the type",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { optional string a = 1 [default = '1']; }",
  ),
  proto2(
    "a default value changes with the size of the type",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { optional int64 a = 1 [default = 2]; }",
  ),
  proto2(
    "a number with a default value gets a wider type",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { optional int64 a = 1 [default = 1]; }",
  ),
  proto2(
    "a number with a default value becomes a truth",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { optional bool a = 1 [default = true]; }",
  ),
  proto2(
    "a text with a default value becomes bytes",
    "message M { optional string a = 1 [default = 'x']; }",
    "message M { optional bytes a = 1 [default = 'x']; }",
  ),
  proto2(
    "a float with a default value becomes a double",
    "message M { optional float a = 1 [default = 0.5]; optional float b = 2 [default = 0.1]; }",
    "message M { optional double a = 1 [default = 0.5]; optional double b = 2 [default = 0.1]; }",
  ),
  proto2(
    "a float with a default value becomes an integer",
    "message M { optional float a = 1 [default = 2]; }",
    "message M { optional int32 a = 1 [default = 2]; }",
  ),
  proto2(
    "the default value of an enum gets another name",
    "message M { optional E a = 1 [default = B]; } enum E { A = 1; B = 2; }",
    "message M { optional E a = 1 [default = C]; } enum E { A = 1; C = 2; }",
  ),
  proto2(
    "an enum with a default value becomes a number",
    "message M { optional E a = 1 [default = B]; } enum E { A = 1; B = 2; }",
    "message M { optional int32 a = 1 [default = 2]; } enum E { A = 1; B = 2; }",
  ),
  proto2(
    "a field with a default value becomes repeated",
    "message M { optional int32 a = 1 [default = 1]; }",
    "message M { repeated int32 a = 1; }",
  ),
  proto2(
    "a default value that is not a number stays",
    "message M { optional float a = 1 [default = nan]; }",
    "message M { optional float a = 1 [default = nan]; }",
  ),
  proto2(
    "a default value becomes minus 0",
    "message M { optional float a = 1; }",
    "message M { optional float a = 1 [default = -0.0]; }",
  ),
  {
    change: "a field loses its default value with its presence",
    old: 'syntax = "proto2"; message M { optional int32 a = 1 [default = 1]; }',
    now: "message M { int32 a = 1; }",
  },
  { change: "an edition gets newer", old: 'edition = "2023"; message M {}', now: 'edition = "2024"; message M {}' },
  {
    change: "a service gets another package",
    old: "package PACKAGE; message M {} service S { rpc A(M) returns (M); }",
    now: "package PACKAGE.more; message M {} service S { rpc A(M) returns (M); }",
  },
  {
    change: "an enum becomes a message",
    old: "message M { E e = 1; } enum E { Z = 0; }",
    now: "message M { E e = 1; } message E {}",
  },
  { change: "a service becomes a message", old: "service S {}", now: "message S {}" },
  {
    change: "a oneof becomes a field",
    old: "message M { oneof o { int32 a = 1; } }",
    now: "message M { int32 o = 1; }",
  },
  {
    change: "a range that overlaps with others is reserved",
    old: "message M { reserved 1 to 3, 7 to 9; }",
    now: "message M { reserved 1 to 9; }",
  },
  {
    change: "two things are wrong with one field",
    old: 'message M { int32 a = 1; reserved 2, 4 to 6; reserved "x", "y"; }',
    now: "message M { repeated string b = 1; }",
  },
  proto2(
    "a group becomes a message",
    "message M { optional group G = 1 {} }",
    "message M { optional G g = 1; message G {} }",
  ),
  proto2(
    "bytes get another default value",
    "message M { optional bytes a = 1 [default = '\\001']; }",
    "message M { optional bytes a = 1 [default = '\\002']; }",
  ),
  proto2(
    "an extension goes",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 1; optional int32 y = 2; }",
    "message M { extensions 1 to 10; } extend M { optional int32 y = 2; }",
  ),
  proto2(
    "an extension gets another type",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 1; }",
    "message M { extensions 1 to 10; } extend M { optional string x = 1; }",
  ),
  proto2(
    "an extension gets another name",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 1; }",
    "message M { extensions 1 to 10; } extend M { optional int32 y = 1; }",
  ),
  proto2(
    "an extension gets another number",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 1; }",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 2; }",
  ),
  proto2(
    "an extension becomes repeated",
    "message M { extensions 1 to 10; } extend M { optional int32 x = 1; }",
    "message M { extensions 1 to 10; } extend M { repeated int32 x = 1; }",
  ),
  proto2(
    "a nested extension goes",
    "message M { extensions 1 to 10; extend M { optional int32 x = 1; } }",
    "message M { extensions 1 to 10; }",
  ),
  proto2(
    "numbers of extensions are taken back",
    "message M { extensions 1 to 10, 20; }",
    "message M { extensions 1 to 10; }",
  ),
  proto2("a range of extensions gets smaller", "message M { extensions 1 to 10; }", "message M { extensions 1 to 9; }"),
  proto2("a range of extensions gets wider", "message M { extensions 1 to 10; }", "message M { extensions 1 to 11; }"),
  proto2(
    "a range of extensions is cut in two",
    "message M { extensions 1 to 10; }",
    "message M { extensions 1 to 5, 6 to 10; }",
  ),
  edition("an enum becomes closed", "enum E { Z = 0; }", "enum E { option features.enum_type = CLOSED; Z = 0; }"),
  edition("an enum becomes open", "enum E { option features.enum_type = CLOSED; Z = 0; }", "enum E { Z = 0; }"),
  edition(
    "a text is checked no more",
    "message M { string a = 1; }",
    "message M { string a = 1 [features.utf8_validation = NONE]; }",
  ),
  edition(
    "a text is checked",
    "message M { string a = 1 [features.utf8_validation = NONE]; }",
    "message M { string a = 1; }",
  ),
  edition(
    "the texts of a map are checked no more",
    "message M { map<string, string> a = 1; }",
    "message M { map<string, string> a = 1 [features.utf8_validation = NONE]; }",
  ),
  edition(
    "a field loses its presence",
    "message M { int32 a = 1; }",
    "message M { int32 a = 1 [features.field_presence = IMPLICIT]; }",
  ),
  {
    ...edition(
      "a field becomes required by a feature",
      "message M { int32 a = 1; }",
      "message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }",
    ),
    // buf sees required fields of proto2 only.
    instead: [
      "FIELD_SAME_CARDINALITY on line 5",
      "FIELD_WIRE_COMPATIBLE_CARDINALITY on line 5",
      "MESSAGE_SAME_REQUIRED_FIELDS on line 5",
    ],
  },
  edition(
    "a message becomes delimited",
    "message M { M a = 1; }",
    "message M { M a = 1 [features.message_encoding = DELIMITED]; }",
  ),
  edition(
    "a message has JSON no more",
    "message M { int32 a = 1; }",
    "message M { option features.json_format = LEGACY_BEST_EFFORT; int32 a = 1; }",
  ),
  edition(
    "a message has JSON",
    "message M { option features.json_format = LEGACY_BEST_EFFORT; int32 a = 1; }",
    "message M { int32 a = 1; }",
  ),
  edition(
    "an enum has JSON no more",
    "enum E { Z = 0; }",
    "enum E { option features.json_format = LEGACY_BEST_EFFORT; Z = 0; }",
  ),
  edition(
    "a list is expanded",
    "message M { repeated int32 a = 1; }",
    "message M { repeated int32 a = 1 [features.repeated_field_encoding = EXPANDED]; }",
  ),
  {
    change: "proto2 becomes an edition that says the same",
    old: 'syntax = "proto2"; message M { optional int32 a = 1; required int32 b = 2; }',
    now: 'edition = "2023"; option features.utf8_validation = NONE; option features.enum_type = CLOSED; option features.repeated_field_encoding = EXPANDED; option features.json_format = LEGACY_BEST_EFFORT; message M { int32 a = 1; int32 b = 2 [features.field_presence = LEGACY_REQUIRED]; }',
    // The field that buf calls required no more is required by a feature.
    instead: ["FILE_SAME_SYNTAX on line 1"],
  },
];
