import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadFlat } from "../../../codegen/fbs/load.js";
import { generate } from "../../../codegen/generate.js";
import { folder } from "../folder.js";
import { bfbs } from "./flatc.js";
import { summary } from "./summary.js";

/** The paths of what was loaded, or what was wrong, with the folder's name left out. */
function loaded(files: Readonly<Record<string, string>>, mains: readonly string[], roots?: readonly string[]): string {
  const path = folder(files);
  try {
    const schemas = loadFlat(
      mains.map((main) => join(path, main)),
      (roots ?? []).map((root) => join(path, root)),
    );
    return schemas.map((schema) => schema.path).join(" ");
  } catch (error) {
    return String(error).replaceAll(path, "").replace("Error: ", "");
  }
}

describe("included files", () => {
  it("are read first, each once", () => {
    const files = {
      "a.fbs": 'include "b.fbs"; include "c.fbs"; table A { b:B; c:C; }',
      "b.fbs": 'include "c.fbs"; table B { c:C; }',
      "c.fbs": "table C { a:int; }",
    };
    expect(loaded(files, ["a.fbs"])).toBe("c.fbs b.fbs a.fbs");
    expect(loaded(files, ["c.fbs", "a.fbs", "b.fbs"])).toBe("c.fbs b.fbs a.fbs");
  });

  it("may include one another in a circle", () => {
    const files = {
      "a.fbs": 'include "a.fbs"; include "b.fbs"; table A { b:B; }',
      "b.fbs": 'include "a.fbs"; table B { a:A; }',
    };
    expect(loaded(files, ["a.fbs"])).toBe("b.fbs a.fbs");
  });

  it("lie beside the file that includes them, or in a folder given", () => {
    const files = {
      "game/a.fbs": 'include "base/b.fbs"; include "../shared/c.fbs"; include "d.fbs"; table A { b:B; c:C; d:D; }',
      "game/base/b.fbs": 'include "../../shared/c.fbs"; include "./e.fbs"; table B { c:C; e:E; }',
      "game/base/e.fbs": "table E { a:int; }",
      "shared/c.fbs": "table C { a:int; }",
      "more/d.fbs": 'include "game/base/b.fbs"; table D { b:B; }',
    };
    expect(loaded(files, ["game/a.fbs"], [".", "more"])).toBe(
      "shared/c.fbs game/base/e.fbs game/base/b.fbs more/d.fbs game/a.fbs",
    );
  });

  it("bring a type of their own each, which all that include them share", () => {
    const path = folder({
      "a.fbs": 'include "c.fbs"; table A { c:C; }',
      "b.fbs": 'include "c.fbs"; table B { c:C; d:int (mine); }',
      "c.fbs": 'attribute "mine"; table C { a:int; } enum E:byte { X } rpc_service S { M(C):C; }',
    });
    const [c, ...others] = loadFlat([join(path, "a.fbs"), join(path, "b.fbs")], []);
    const targets = others.map(
      ({ tables: [{ fields }] }) => fields[0].type.kind === "type" && fields[0].type.ref.target,
    );
    expect(targets).toStrictEqual([c.tables[0], c.tables[0]]);
    expect(targets[1]).toBe(c.tables[0]);
  });

  it.each([
    ["an absolute path", "/etc/passwd.fbs"],
    ["a path with backslashes", String.raw`..\\b.fbs`],
    ["a drive", "c:/b.fbs"],
    ["a URL", "https://example.com/b.fbs"],
    ["a .proto file", "b.proto"],
    ["a .bfbs file", "b.bfbs"],
    ["a folder", "."],
    ["the folder above", "../b.fbs"],
    ["a folder above by a way round", "x/../../b.fbs"],
    ["a path with a null byte", String.raw`b\x00.fbs`],
  ])("cannot be %s", (_, path) => {
    const found = loaded({ "a.fbs": `include "${path}"; table A { a:int; }`, "x/c.fbs": "" }, ["a.fbs"]);
    expect(found).toMatch(
      /^\/a\.fbs:1:9: include "[^\n]*" (?:must be the relative path of a \.fbs file in|is neither)/,
    );
  });

  it("cannot lead out of the folder by a link", () => {
    const path = folder({ "in/a.fbs": 'include "b.fbs"; table A { a:int; }', "out/b.fbs": "table B { a:int; }" });
    symlinkSync(join(path, "out/b.fbs"), join(path, "in/b.fbs"));
    expect(() => loadFlat([join(path, "in/a.fbs")], [])).toThrow('a.fbs:1:9: include "b.fbs" leads out of');
  });

  it("that are not there are told with the places looked in", () => {
    const found = loaded({ "a.fbs": '\n  include "b.fbs"; table A { a:int; }', "x/y.fbs": "" }, ["a.fbs"], [".", "x"]);
    expect(found).toBe('/a.fbs:2:11: include "b.fbs" is neither beside this file nor in , /x');
  });

  it("may follow one another a thousand deep", () => {
    const files = (count: number): Record<string, string> => {
      const names = Array.from({ length: count }, (_, i) => i);
      return Object.fromEntries(names.map((i) => [`${i}.fbs`, `include "${i + 1}.fbs"; table A${i} { a:int; }`]));
    };
    const end = "table A { a:int; }";
    expect(loaded({ ...files(1_000), "1000.fbs": end }, ["0.fbs"])).toMatch(/^1000\.fbs 999\.fbs .* 0\.fbs$/);
    expect(loaded({ ...files(1_001), "1001.fbs": end }, ["0.fbs"])).toBe(
      "/1000.fbs:1:9: includes nest deeper than 1000",
    );
  });

  it("have their own mistakes told", () => {
    const files = { "a.fbs": 'include "b.fbs"; table A { b:B; }', "b.fbs": "table B {\n  a int;\n}" };
    expect(loaded(files, ["a.fbs"])).toBe("/b.fbs:2:5: illegal 'int': expected ':'");
  });
});

describe("several files given", () => {
  it("do not see one another", () => {
    const files = { "a.fbs": "table A { a:int; }", "b.fbs": "table B { a:A; }" };
    expect(loaded(files, ["a.fbs", "b.fbs"])).toBe(
      "/b.fbs:1:13: A is neither declared here nor in a file included here",
    );
  });

  it("cannot be told apart by folders that are not given", () => {
    const files = { "x/a.fbs": "table A { a:int; }", "y/a.fbs": "table B { a:int; }" };
    expect(loaded(files, ["x/a.fbs", "y/a.fbs"])).toBe(
      "/x/a.fbs and /y/a.fbs are both a.fbs: give a folder above both with -I",
    );
    expect(loaded(files, ["x/a.fbs", "y/a.fbs", "y/a.fbs"], ["."])).toBe("x/a.fbs y/a.fbs");
    const included = {
      ...files,
      "x/b.fbs": 'include "a.fbs"; table C { a:A; }',
      "y/c.fbs": 'include "a.fbs"; table D { b:B; }',
    };
    expect(loaded(included, ["x/b.fbs", "y/c.fbs"])).toMatch("a.fbs and /y/a.fbs are both a.fbs");
  });

  it("cannot declare one name twice all the same", () => {
    const files = { "a.fbs": "table A { a:int; }", "b.fbs": "table A { a:int; }" };
    expect(loaded(files, ["a.fbs", "b.fbs"])).toBe("/b.fbs:1:7: A is already declared in /a.fbs:1");
  });
});

it("each file is told before it is looked for", () => {
  const path = folder({ "a.fbs": 'include "b.fbs"; table A { a:int; }', "x/b.fbs": "table B { a:int; }" });
  const seen: string[] = [];
  loadFlat([join(path, "a.fbs")], [path, join(path, "x")], (file) => seen.push(file.slice(path.length)));
  expect(seen).toStrictEqual(["/a.fbs", "/b.fbs", "/x/b.fbs"]);
});

it("a file that is no text is refused", () => {
  const path = folder();
  writeFileSync(join(path, "a.fbs"), Uint8Array.of(0x2f, 0x2f, 0xff));
  expect(() => loadFlat([join(path, "a.fbs")], [])).toThrow("a.fbs is not UTF-8 text");
  expect(() => loadFlat([join(path, "b.fbs")], [])).toThrow("b.fbs: no such schema");
  mkdirSync(join(path, "c.fbs"));
  expect(() => loadFlat([join(path, "c.fbs")], [])).toThrow("c.fbs is a folder: name the schemas in it");
});

it("a .bfbs file is read as what it was made of", async () => {
  const schema = "namespace N; table A { a:int = 5; b:[A]; } root_type A;";
  const path = folder({ "a.fbs": schema });
  writeFileSync(join(path, "b.bfbs"), await bfbs(schema));
  const [text, binary] = ["a.fbs", "b.bfbs"].map((name) => loadFlat([join(path, name)], []));
  expect(summary(binary)).toStrictEqual(summary(text));
  expect(binary[0].root?.target).toBe(binary[0].tables[0]);
});

it("a .proto file imports no .fbs file", () => {
  const path = folder({ "a.proto": 'syntax = "proto3"; import "b.fbs";', "b.fbs": "table B { a:int; }" });
  expect(() => generate([join(path, "a.proto")], [])).toThrow(
    'a.proto:1:27: import "b.fbs": a .proto file imports .proto files only',
  );
});

it("a schema is checked before code is generated", () => {
  const path = folder({
    "a.fbs": "table A { a:int; }",
    "b.fbs": "table B { a:C; }",
    "c.fbs": "table C { a_b:int; aB:int; }",
    "a.proto": 'syntax = "proto3";',
  });
  const gen = (...names: string[]) =>
    generate(
      names.map((name) => join(path, name)),
      [],
    ).map((output) => output.path);
  expect(gen("a.fbs")).toEqual(["a.ts"]);
  expect(() => gen("b.fbs")).toThrow("b.fbs:1:13: C is neither declared here");
  expect(() => gen("c.fbs")).toThrow("c.fbs:1:20: aB and a_b are both aB in TypeScript");
  expect(() => gen("a.fbs", "a.proto")).toThrow("two schemas would be generated into a.ts: rename one of them");
});
