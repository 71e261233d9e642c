import { describe, expect, it } from "vitest";
import type { FlatSchema, Struct, Table, TableField } from "../../../codegen/fbs/model.js";
import { problem, readFlat } from "./read.js";
import { REFUSED, REFUSED_HERE } from "./refused.js";
import { TAKEN } from "./taken.js";

function tableOf(schemas: readonly FlatSchema[], name: string): Table {
  const table = schemas.flatMap(({ tables }) => tables).find(({ fullName }) => fullName === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
}

function structOf(schema: string, name: string): Struct {
  const struct = readFlat(schema)[0].structs.find(({ fullName }) => fullName === name);
  if (struct === undefined) throw new Error(`no struct ${name}`);
  return struct;
}

/** The only field of the table `A` behind what comes before it. */
function fieldOf(field: string, before = ""): TableField {
  return tableOf(readFlat(`${before} table A { ${field} }`), "A").fields[0];
}

describe("a schema that is wrong is refused where it is wrong", () => {
  it.each([...REFUSED, ...REFUSED_HERE])("%s", (_, schema, expected) => {
    expect(problem(schema)).toBe(`a.fbs:${expected}`);
  });

  it("in the file that is wrong", () => {
    expect(problem("table A { b:B; }", "table B {\n  c:C; }")).toBe(
      "b.fbs:2:5: C is neither declared here nor in a file included here",
    );
    expect(problem("table A { a:int; }", "table A { a:int; }")).toBe("a.fbs:1:7: A is already there, in b.fbs:1");
  });
});

describe("a schema that looks odd is taken", () => {
  it.each(TAKEN)("%s", (_, schema) => {
    expect(problem(schema)).toBe("nothing");
  });
});

describe("default values", () => {
  it.each([
    ["a:int;", 0],
    ["a:int = 0x1F;", 31],
    ["a:int = -007;", -7],
    ['a:int = "12 ";', 12],
    ["a:long = -9223372036854775808;", -(2n ** 63n)],
    ["a:ulong = 18446744073709551615;", 2n ** 64n - 1n],
    ["a:bool = true;", true],
    ["a:bool;", false],
    ["a:float = .5;", 0.5],
    ["a:float = 0x1.8p3;", 12],
    ["a:float = -0x.8P-1;", -0.25],
    ["a:float = nan;", Number.NaN],
    ["a:float = -inf;", -Infinity],
    ["a:float = +infinity;", Infinity],
    ["a:double = deg(1);", 57.295779513082],
    ["a:double = sin(rad(30));", 0.5],
    ["a:int = null;", undefined],
    ["a:string;", undefined],
    ['a:string = "b\\u00e9\\n";', "bé\n"],
    ["a:string = '';", ""],
    ["a:[int] = [];", []],
    ["a:[int];", undefined],
  ])("%s", (field, value) => {
    expect(fieldOf(field).defaultValue).toStrictEqual(value);
  });

  it("of enums are their numbers, of 64 bits as bigint", () => {
    const enums =
      "enum E:short { X = 5, Y = -3 } enum F:ulong (bit_flags) { P, Q, R = 63 } enum G:ubyte (bit_flags) { P, Q }";
    expect(fieldOf("a:E = Y;", enums).defaultValue).toBe(-3);
    expect(fieldOf('a:F = "P R";', enums).defaultValue).toBe(2n ** 63n + 1n);
    expect(fieldOf('a:G = "P Q";', enums).defaultValue).toBe(3);
    expect(fieldOf('a:ulong = "F.R";', enums).defaultValue).toBe(2n ** 63n);
  });

  it("say whether a field can be missing", () => {
    const all =
      'a:int; b:int = null; c:string; d:string (required); e:string = "x"; f:string (key); g:[int] = []; h:A;';
    const { fields } = tableOf(readFlat(`table A { ${all} }`), "A");
    expect(fields.map(({ name, presence }) => `${name} ${presence}`).join(", ")).toBe(
      "a default, b optional, c optional, d required, e default, f required, g default, h optional",
    );
  });
});

describe("places", () => {
  it("of a table's fields count the types of unions", () => {
    const [schema] = readFlat("union U { A } table A { a:int; u:U; b:int; us:[U]; c:int (deprecated); }");
    const { fields, slots } = tableOf([schema], "A");
    expect(fields.map(({ name, slot }) => `${name} ${slot}`)).toStrictEqual(["a 0", "u 2", "b 3", "us 5", "c 6"]);
    expect(slots).toBe(7);
  });

  it("of a table's fields are their ids, in the order of the schema", () => {
    const [schema] = readFlat("union U { A } table A { a:int (id: 3); u:U (id: 2); b:int (id: 0); }");
    const { fields, slots } = tableOf([schema], "A");
    expect(fields.map(({ name, slot }) => `${name} ${slot}`)).toStrictEqual(["a 3", "u 2", "b 0"]);
    expect(slots).toBe(4);
  });

  it("of a struct's fields are aligned, and so is its size", () => {
    const { fields, size, align } = structOf("struct A { a:byte; b:int; c:short; d:double; e:bool; }", "A");
    expect(fields.map(({ name, offset }) => `${name} ${offset}`)).toStrictEqual(["a 0", "b 4", "c 8", "d 16", "e 24"]);
    expect([size, align]).toStrictEqual([32, 8]);
  });

  it("of structs in structs follow force_align", () => {
    const schema = "struct A (force_align: 16) { a:byte; } struct B { a:byte; b:[A:2]; c:byte; }";
    const { fields, size, align } = structOf(schema, "B");
    expect(fields.map(({ offset }) => offset)).toStrictEqual([0, 16, 48]);
    expect([size, align]).toStrictEqual([64, 16]);
  });
});

it("the numbers of an enum and the members of a union are counted on", () => {
  const [{ enums, unions }] = readFlat(
    "enum E:int { X = -2, Y, Z = 7, W } enum F:ubyte (bit_flags) { P, Q, R = 7 } union U { A, s:string, n:A = 9, A.B } " +
      "table A { a:int; } namespace A; table B { a:int; }",
  );
  expect(enums.map(({ values }) => values.map(({ name, number }) => `${name} ${number}`))).toStrictEqual([
    ["X -2", "Y -1", "Z 7", "W 8"],
    ["P 1", "Q 2", "R 128"],
  ]);
  const members = unions[0].members.map(({ name, number, type }) => `${name} ${number} ${type.kind}`);
  expect(members).toStrictEqual(["A 1 type", "s 2 string", "n 9 type", "A_B 10 type"]);
});

it("comments of three slashes are kept as they stand, without the space in front", () => {
  const schema =
    "/// one\n///   two\n///\n/// four\ntable A {\n  // no\n  /// five */ six\n  a:int;\n  b:int; /* no */\n}";
  const { doc, fields } = tableOf(readFlat(schema), "A");
  expect(doc).toStrictEqual(["one", "  two", "", "four"]);
  expect(fields.map((field) => field.doc)).toStrictEqual([["five */ six"], []]);
});

it("what a field's line says is kept, evenly spaced", () => {
  const { source } = fieldOf('a :[ ubyte ]= [](nested_flatbuffer:"A",id : 0) ;');
  expect(source).toBe('a: [ubyte] = [] (nested_flatbuffer: "A", id: 0)');
});

it("a file tells its root, its identifier and its services", () => {
  const [schema] = readFlat(
    'namespace N; table A { a:int; } rpc_service S { M(A):A (streaming: "bidi"); } root_type A; ' +
      'file_identifier "ABCD"; file_extension "abc";',
  );
  expect(schema.root?.target?.fullName).toBe("N.A");
  expect([schema.fileIdentifier, schema.fileExtension]).toStrictEqual(["ABCD", "abc"]);
  const [{ path, requestStream, responseStream, request }] = schema.services[0].methods;
  expect([path, requestStream, responseStream]).toStrictEqual(["N.S/M", true, true]);
  expect(request.target).toBe(schema.tables[0]);
});

it("a type that several files use is one", () => {
  const [a, b] = readFlat("table A { b:N.B; bs:[N.B]; }", "namespace N; table B { a:int; }");
  const targets = a.tables[0].fields.map(({ type }) => {
    const item = type.kind === "list" ? type.item : type;
    return item.kind === "type" ? item.ref.target : undefined;
  });
  expect(targets).toStrictEqual([b.tables[0], b.tables[0]]);
  expect(targets[0]).toBe(b.tables[0]);
});
