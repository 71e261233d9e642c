/** What a FlatBuffers schema was, and what it is now. */
export interface FlatCase {
  /** What happened, behind `when`. */
  readonly change: string;
  readonly old: string;
  readonly now: string;
  /** The rules that are not kept, in the order of their names. */
  readonly broken: readonly string[];
  /** Whether we find something where flatc sees none: it looks at fewer things. */
  readonly stricter?: boolean;
}

function table(change: string, old: string, now: string, ...broken: readonly string[]): FlatCase {
  const more = "table A { a:int; } table B { a:int; } struct P { x:int; } enum E:ubyte { Z, Y }";
  return { change, old: `${more} table T { ${old} }`, now: `${more} table T { ${now} }`, broken };
}

function all(change: string, old: string, now: string, ...broken: readonly string[]): FlatCase {
  return { change, old, now, broken };
}

function stricter(one: FlatCase): FlatCase {
  return { ...one, stricter: true };
}

const TYPE = ["FIELD_SAME_TYPE", "FIELD_WIRE_COMPATIBLE_TYPE"];
const GONE = ["FIELD_NO_DELETE", "SLOT_NO_DELETE"];
const S = "table A { a:int; } table B { a:int; }";

const FIELDS: readonly FlatCase[] = [
  table("nothing changes", "a:int; b:string;", "a:int; b:string;"),
  table("a field comes at the end", "a:int;", "a:int; b:string;"),
  table("fields with ids change places", "a:int (id: 0); b:string (id: 1);", "b:string (id: 1); a:int (id: 0);"),
  table("a field comes first", "a:int;", "b:int; a:int;", "FIELD_SAME_SLOT"),
  table("a field comes first by its id", "a:int (id: 0);", "b:int (id: 1); a:int (id: 0);"),
  table("two fields change places", "a:int; b:int;", "b:int; a:int;", "FIELD_SAME_SLOT", "FIELD_SAME_SLOT"),
  table("the last field goes", "a:int; b:int;", "a:int;", ...GONE),
  table("the first field goes", "a:int; b:int;", "b:int;", "FIELD_NO_DELETE", "FIELD_SAME_SLOT", "SLOT_NO_DELETE"),
  stricter(table("a field is deprecated", "a:int; b:int;", "a:int (deprecated); b:int;", "FIELD_NO_DELETE")),
  table("a deprecated field goes", "a:int; b:int (deprecated);", "a:int;", "SLOT_NO_DELETE"),
  table("a deprecated field comes back", "a:int (deprecated);", "a:int;"),
  stricter(table("a field gets another name", "a:int; b:int;", "a:int; c:int;", "FIELD_SAME_NAME")),
  table(
    "a field gets another name and type",
    "a:int;",
    "c:string;",
    "FIELD_SAME_CARDINALITY",
    "FIELD_SAME_NAME",
    ...TYPE,
  ),
  table("a number gets longer", "a:int;", "a:long;", ...TYPE),
  table("a number gets a sign", "a:uint;", "a:int;", "FIELD_SAME_TYPE"),
  table("a number becomes a float", "a:int;", "a:float;", ...TYPE),
  table("a float becomes a double", "a:float;", "a:double;", ...TYPE),
  table("a byte becomes a bool", "a:ubyte;", "a:bool;", "FIELD_SAME_TYPE"),
  table("an enum becomes its number", "a:E;", "a:ubyte;", "FIELD_SAME_TYPE"),
  table("text becomes bytes", "a:string;", "a:[ubyte];", ...TYPE),
  table("a table becomes another one", "a:A;", "a:B;", ...TYPE),
  table("a table becomes a struct", "a:A;", "a:P;", ...TYPE),
  table("a list gets other items", "a:[int];", "a:[float];", ...TYPE),
  table("a list of tables gets other tables", "a:[A];", "a:[B];", ...TYPE),
  table("a field becomes a list", "a:int;", "a:[int];", "FIELD_SAME_CARDINALITY", ...TYPE),
  table("another name of a type is used", "a:int; b:ubyte;", "a:int32; b:uint8;"),
  table("a default value comes", "a:int;", "a:int = 1;", "FIELD_SAME_DEFAULT"),
  table("a default value of 0 is written down", "a:int;", "a:int = 0;"),
  table("another default value", "a:double = 0.5;", "a:double = 1.5;", "FIELD_SAME_DEFAULT"),
  table("another value of an enum is the default", "a:E;", "a:E = Y;", "FIELD_SAME_DEFAULT"),
  table("a bool is true by default", "a:bool;", "a:bool = true;", "FIELD_SAME_DEFAULT"),
  table("a number may be null", "a:int;", "a:int = null;", "FIELD_SAME_CARDINALITY", "FIELD_SAME_DEFAULT"),
  table("text gets a default", "a:string;", 'a:string = "x";', "FIELD_SAME_CARDINALITY", "FIELD_SAME_DEFAULT"),
  table("a list is empty by default", "a:[int];", "a:[int] = [];", "FIELD_SAME_CARDINALITY", "FIELD_SAME_DEFAULT"),
  stricter(table("a new field is required", "a:int;", "a:int; b:A (required);", "TABLE_SAME_REQUIRED_FIELDS")),
  stricter(
    table("a field is required", "a:A;", "a:A (required);", "FIELD_SAME_CARDINALITY", "TABLE_SAME_REQUIRED_FIELDS"),
  ),
  stricter(
    table(
      "a field is required no more",
      "a:A (required);",
      "a:A;",
      "FIELD_SAME_CARDINALITY",
      "TABLE_SAME_REQUIRED_FIELDS",
    ),
  ),
  stricter(table("a key comes", "a:int;", "a:int (key);", "TYPE_SAME_KEY")),
  stricter(table("another field is the key", "a:int (key); b:int;", "a:int; b:int (key);", "TYPE_SAME_KEY")),
  stricter(table("the key gets another name", "a:int (key);", "b:int (key);", "FIELD_SAME_NAME")),
  stricter(table("bytes become a buffer", "a:[ubyte];", 'a:[ubyte] (nested_flatbuffer: "A");', ...TYPE)),
  stricter(
    table(
      "a buffer gets another root",
      'a:[ubyte] (nested_flatbuffer: "A");',
      'a:[ubyte] (nested_flatbuffer: "B");',
      ...TYPE,
    ),
  ),
  table("a comment and an attribute come", "a:string;", "\n/// A text.\n a:string (shared);"),
];

const TYPES: readonly FlatCase[] = [
  stricter(all("a table goes", "table A { a:int; } table B { a:int; }", "table A { a:int; }", "TYPE_NO_DELETE")),
  stricter(
    all("an enum and a union go", `${S} enum E:byte { X } union U { A }`, S, "TYPE_NO_DELETE", "TYPE_NO_DELETE"),
  ),
  stricter(all("a table gets a namespace", "table A { a:int; }", "namespace N; table A { a:int; }", "TYPE_NO_DELETE")),
  stricter(all("a table becomes an enum", "table A { a:int; }", "enum A:byte { X }", "TYPE_SAME_KIND")),
  all("a table becomes a struct", "table A { a:int; }", "struct A { a:int; }", "TYPE_SAME_KIND"),
  stricter(all("a struct grows", "struct P { x:int; }", "struct P { x:int; y:int; }", "STRUCT_SAME_LAYOUT")),
  all("a struct shrinks", "struct P { x:int; y:int; }", "struct P { x:int; }", "FIELD_NO_DELETE", "STRUCT_SAME_LAYOUT"),
  stricter(all("a struct's field gets another name", "struct P { x:int; }", "struct P { y:int; }", "FIELD_SAME_NAME")),
  all(
    "a struct's field gets a sign",
    "struct P { x:uint; }",
    "struct P { x:int; }",
    "FIELD_SAME_TYPE",
    "STRUCT_SAME_LAYOUT",
  ),
  all(
    "a struct's field gets another size",
    "struct P { x:uint; }",
    "struct P { x:ushort; }",
    "FIELD_SAME_TYPE",
    "STRUCT_SAME_LAYOUT",
  ),
  all(
    "a struct's fields change places",
    "struct P { x:int; y:int; }",
    "struct P { y:int; x:int; }",
    "FIELD_SAME_OFFSET",
    "FIELD_SAME_OFFSET",
  ),
  stricter(
    all(
      "a struct gets another alignment",
      "struct P { x:int; }",
      "struct P (force_align: 8) { x:int; }",
      "STRUCT_SAME_LAYOUT",
    ),
  ),
  stricter(
    all(
      "an array gets longer",
      "struct P { x:[int:2]; }",
      "struct P { x:[int:3]; }",
      "FIELD_SAME_TYPE",
      "STRUCT_SAME_LAYOUT",
    ),
  ),
];

const ENUMS: readonly FlatCase[] = [
  all("an enum gets a value", "enum E:byte { X }", "enum E:byte { X, Y }"),
  stricter(all("an enum loses a value", "enum E:byte { X, Y }", "enum E:byte { X }", "ENUM_VALUE_NO_DELETE")),
  stricter(all("a value gets another name", "enum E:byte { X, Y }", "enum E:byte { X, Z }", "ENUM_VALUE_SAME_NAME")),
  all("a value gets another number", "enum E:byte { X, Y }", "enum E:byte { X, Y = 5 }", "ENUM_VALUE_SAME_NUMBER"),
  all("a value comes in between", "enum E:byte { X, Y }", "enum E:byte { X, M, Y }", "ENUM_VALUE_SAME_NUMBER"),
  all("an enum gets longer", "enum E:byte { X }", "enum E:short { X }", "ENUM_SAME_BASE"),
  all(
    "numbers become bits",
    "enum E:ubyte { X, Y }",
    "enum E:ubyte (bit_flags) { X, Y }",
    "ENUM_VALUE_SAME_NUMBER",
    "ENUM_VALUE_SAME_NUMBER",
  ),
  all("a union gets a member", `${S} union U { A }`, `${S} union U { A, B }`),
  stricter(
    all(
      "a union loses a member",
      `${S} union U { A, B }`,
      `${S} union U { A }`,
      "UNION_MEMBER_NO_DELETE",
      "UNION_NUMBER_NO_DELETE",
    ),
  ),
  all(
    "members change places",
    `${S} union U { A, B }`,
    `${S} union U { B, A }`,
    "UNION_MEMBER_SAME_NUMBER",
    "UNION_MEMBER_SAME_NUMBER",
  ),
  stricter(all("a member gets another name", `${S} union U { x:A }`, `${S} union U { y:A }`, "UNION_MEMBER_SAME_NAME")),
  stricter(all("a member gets another type", `${S} union U { x:A }`, `${S} union U { x:B }`, "UNION_MEMBER_SAME_TYPE")),
];

const RPC = `${S} rpc_service S { M(A):B; }`;
const FILES: readonly FlatCase[] = [
  stricter(all("another root", `${S} root_type A;`, `${S} root_type B;`, "FILE_SAME_ROOT")),
  stricter(
    all("another identifier", `${S} file_identifier "ABCD";`, `${S} file_identifier "ABCE";`, "FILE_SAME_IDENTIFIER"),
  ),
  stricter(all("an identifier comes", S, `${S} file_identifier "ABCE";`, "FILE_SAME_IDENTIFIER")),
  all("a service comes", S, RPC),
  all("a method comes", RPC, `${S} rpc_service S { M(A):B; N(A):A; }`),
  stricter(all("a service goes", RPC, S, "RPC_PATH_NO_DELETE", "SERVICE_NO_DELETE")),
  stricter(all("a method goes", RPC, `${S} rpc_service S { N(A):B; }`, "RPC_NO_DELETE", "RPC_PATH_NO_DELETE")),
  stricter(all("a method takes another table", RPC, RPC.replace("(A)", "(B)"), "RPC_SAME_REQUEST_TYPE")),
  stricter(all("a method answers with another table", RPC, RPC.replace("):B", "):A"), "RPC_SAME_RESPONSE_TYPE")),
  stricter(
    all("a method takes many", RPC, RPC.replace(":B;", ':B (streaming: "client");'), "RPC_SAME_CLIENT_STREAMING"),
  ),
  stricter(
    all(
      "a method answers with many",
      RPC,
      RPC.replace(":B;", ':B (streaming: "server");'),
      "RPC_SAME_SERVER_STREAMING",
    ),
  ),
];

export const FLAT_CASES: readonly FlatCase[] = [...FIELDS, ...TYPES, ...ENUMS, ...FILES];
