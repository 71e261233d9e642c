/** Schemas that look odd, or use what is rare, and are right. */
export const TAKEN: readonly (readonly [name: string, schema: string])[] = [
  ["a table without fields", "table A { }"],
  [
    "all scalars by both names",
    "table A { a:bool; b:byte; c:int8; d:ubyte; e:uint8; f:short; g:int16; h:ushort; i:uint16; j:int; k:int32; l:uint; m:uint32; n:long; o:int64; p:ulong; q:uint64; r:float; s:float32; t:double; u:float64; }",
  ],
  [
    "default values of all scalars",
    "table A { a:bool = true; b:byte = -128; c:ubyte = 255; d:short = -32768; e:ushort = 65535; f:int = -2147483648; g:uint = 4294967295; h:long = -9223372036854775808; i:ulong = 9223372036854775807; j:float = 1.5; k:double = -2.5; }",
  ],
  [
    "numbers in all notations",
    'table A { a:int = 0x1F; b:int = -0X1f; c:int = +7; d:int = 007; e:float = .5; f:float = 5.; g:float = 1e3; h:double = 0x1.8p3; i:double = -.5E-2; j:float = 12; k:int = "12"; l:float = "1.5 "; m:bool = 2; n:bool = "true"; o:ulong = -0; }',
  ],
  [
    "numbers that are none",
    'table A { a:float = nan; b:float = inf; c:double = -inf; d:double = +infinity; e:float = -nan; f:float = "NaN"; g:float = +inf(deprecated); }',
  ],
  [
    "functions",
    'table A { a:float = sin(1); b:double = rad(180); c:double = deg(acos(-1)); d:float = cos(rad(90)); e:float = tan("0.5"); }',
  ],
  [
    "optional numbers",
    'enum E:byte { X = 1 } table A { a:int = null; b:bool = null; c:float = null; d:E = null; e:int = "null"; }',
  ],
  [
    "default values of an enum",
    'enum E:short { X = -3, Y, Z = 0x10 } table A { a:E = X; b:E = "Y"; c:E = 16; d:int = "E.Z"; }',
  ],
  [
    "flags",
    'enum E:ubyte (bit_flags) { X, Y, Z = 7 } table A { a:E; b:E = X; c:E = "X Z"; d:E = 3; e:uint = "E.X E.Z"; }',
  ],
  ["flags of 64 bits", "enum E:ulong (bit_flags) { X, Y = 62 } table A { a:E = Y; }"],
  ["signed flags", 'enum E:byte (bit_flags) { X, Y = 6 } table A { a:E = "X Y"; }'],
  ["an enum of an enum's type", "enum E:short { X } enum F:E { Y = 300 } table A { a:F = Y; }"],
  ["an enum without values", "enum E:byte { } table A { e:E; }"],
  ["a comma behind the last value", "enum E:byte { X, Y, } table A { e:E; }"],
  [
    "values with attributes and comments",
    'attribute "mine"; enum E:byte {\n  /// about X\n  X (mine),\n  Y = 3 (deprecated) }',
  ],
  ["values out of order", "enum E:int { X = 5, Y = -5, Z }"],
  ["default values of strings and lists", "table A { b:[int] = []; c:[string] = []; d:[A] = []; e:[ubyte]= [ ]; }"],
  [
    "required fields",
    "struct S { a:int; } union U { A } table A { a:string (required); b:A (required); c:[int] (required); d:S (required); e:U (required); f:[U] (required); }",
  ],
  ["a key that is a string", "table A { a:string (key); b:[A]; }"],
  ["a key that is a number", "table A { a:ulong = 5 (key); }"],
  ["a key that is an enum", "enum E:byte { X } table A { a:E (key); }"],
  ["a key that is a struct", "struct S { a:[ubyte:4] (key); } table A { a:S (key); }"],
  ["ids in another order", "union U { A } table A { a:int (id: 3); u:U (id: 2); b:[U] (id: 5); c:string (id: 0); }"],
  ["ids in quotes", 'table A { a:int (id: "1"); b:int (id: 0x0); }'],
  ["structs in structs", "struct A { a:byte; b:long; } struct B { a:byte; b:A; c:byte; } table T { b:B; c:[B]; }"],
  ["padding", "struct A { a:byte; b:short; c:byte; d:int; e:byte; f:double; g:byte; }"],
  [
    "arrays",
    "enum E:ubyte { X, Y } struct A { a:byte; b:[int:3]; c:byte; d:[double:2]; e:[E:5]; } struct B { a:byte; b:[A:2]; }",
  ],
  [
    "alignment",
    'struct A (force_align: 16) { a:byte; } struct B { a:byte; b:A; c:[A:2]; } struct C (force_align: "32") { a:B; }',
  ],
  [
    "zeros as default values in a struct",
    "enum E:byte { X } struct A { a:int = 0; b:bool = false; c:E = X; d:float = 0; }",
  ],
  ["a list with an alignment", "table A { a:[ubyte] (force_align: 16); }"],
  [
    "unions of tables, structs and strings",
    "struct S { a:int; } union U { A, s:S, t:string, B, other:A } table A { u:U; us:[U]; } table B { a:int; }",
  ],
  ["unions with numbers", "union U { A = 5, B, C = 200 } table A { u:U; } table B { a:int; } table C { a:int; }"],
  ["a union of a wide type", "union U:ushort { A = 1000 } table A { u:U; us:[U]; }"],
  [
    "a union of types of namespaces",
    "namespace N; table A { a:int; } namespace M; union U { N.A, M.B } table B { u:U; }",
  ],
  ["an empty union", "union U { } table A { u:U; }"],
  ["tables that name each other", "table A { b:B; } table B { a:[A]; }"],
  [
    "a table that is named by its full name before it is declared",
    "namespace N; table A { b:N.M.B; } namespace N.M; table B { a:A; }",
  ],
  ["a table that another namespace declares", "namespace N; table A { b:B; } namespace M; table B { a:N.A; }"],
  [
    "names from the innermost namespace outward",
    "table A { a:int; } namespace N; table A { b:byte; } namespace N.M; table B { a:A; } namespace M; table B { a:A; }",
  ],
  ["parts of names", "namespace N.M; table A { a:int; } namespace N; table B { a:M.A; b:N.M.A; }"],
  ["no namespace again", "namespace N; table A { a:int; } namespace; table B { a:N.A; } root_type N.A;"],
  ["a root", 'namespace N; table A { a:int; } root_type A; file_identifier "ABCD"; file_extension "abc";'],
  [
    "attributes of all kinds",
    'attribute "mine"; attribute yours; table A (mine, original_order, csharp_partial, private) { a:int (mine: "b", yours: 5, deprecated); b:int (hash: "fnv1a_32", cpp_type: "C"); c:[ulong] (hash: "fnv1_64"); d:short (hash: "fnv1_16"); }',
  ],
  ["an attribute twice", "table A { a:int (deprecated, deprecated); }"],
  [
    "attributes for other languages",
    'struct S (native_type: "V") { a:int; } table A (native_custom_alloc: "B") { s:S (native_inline); t:[S] (native_inline); u:[A] (native_inline); v:string (cpp_str_type: "C", cpp_str_flex_ctor); w:int (native_default: "5"); }',
  ],
  [
    "nested buffers",
    'namespace N; table A { a:[ubyte] (nested_flatbuffer: "A"); b:[ubyte] (nested_flatbuffer: "N.B"); c:[ubyte] (flexbuffer); } table B { a:string (shared); }',
  ],
  [
    "a service",
    'table A { a:int; } rpc_service S {\n  /// gets\n  Get(A):B;\n  Down(A):B (streaming: "server"); Up(A):B (streaming: "client", idempotent); Both(A):B (streaming: "bidi"); One(A):B (streaming: "none"); } table B { a:int; }',
  ],
  ["a service of a namespace", "namespace N; table A { a:int; } rpc_service S { Get(A):N.A; }"],
  [
    "keywords as names",
    "table table { struct:int; enum:int; union:int; namespace:int; root_type:int; include:int; rpc_service:int; null:int; true:int; int:int; string:string; }",
  ],
  [
    "words of other languages as names",
    "table message { class:int; package:int; import:int; default:int; function:int; var:int; return:int; required:int; repeated:int; optional:int; }",
  ],
  [
    "names of objects in JavaScript",
    "table __proto__ { constructor:int; toString:int; hasOwnProperty:string; __proto:int; } table A { p:__proto__; } enum prototype:byte { constructor, valueOf } union hasOwn { A }",
  ],
  ["a table that is called like a scalar", "table int { a:byte; } table A { a:int; } rpc_service S { M(int):A; }"],
  ["comments everywhere", "/* a */ table /* b */ A // c\n { a /* : */ : int /* } */ ; // e\n }"],
  [
    "comments for readers",
    "/// one\n///   two\n///\n/// four\ntable A {\n  /// five */ six\n  a:int;\n  // no\n  /// seven\n\n  b:int; }",
  ],
  ["Windows line ends", "table A {\r\n  /// b\r\n  a:int;\r\n}\r\n"],
  ["data behind the schema", 'table A { a:int; b:[A]; c:string; } root_type A; { a: 1, "b": [ { c: "}" } ] }'],
  ["a native include", 'native_include "a.h"; table A { a:int; }'],
  [
    "escapes in text",
    String.raw`attribute "mine"; table A (mine: "\"\'\\\/\b\f\n\r\t\x41\u00e9\ud83d\ude00\xc3\xa9") { a:int; }`,
  ],
  ["single quotes", "attribute 'mine'; table A (mine: 'it\"s') { a:int; }"],
  ["an unknown word behind a declared one", 'attribute "priority"; table A { a:int (priority: 1); }'],
  ["a field called like a table that follows", "table A { b:int; } table b { a:int; }"],
];
