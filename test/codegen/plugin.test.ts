import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Fields } from "../../codegen/descriptor/wire.js";
import { generate } from "../../codegen/generate.js";
import { respond } from "../../codegen/plugin/respond.js";
import { folder } from "./folder.js";
import { buf, project, protoc } from "./tools.js";

const schemas = join(project, "schemas");
const names = readdirSync(schemas).filter((name) => name.endsWith(".proto"));
const PLUGIN = [process.execPath, join(project, "dist/codegen/plugin.js")];

/** A folder with schemas, the plugin as a program, and `gen` to generate into. */
function site(files: Readonly<Record<string, string>>): string {
  const root = folder(files);
  writeFileSync(join(root, "protoc-gen-millrace"), `#!/bin/sh\nexec ${PLUGIN.map((word) => `'${word}'`).join(" ")}\n`);
  chmodSync(join(root, "protoc-gen-millrace"), 0o755);
  mkdirSync(join(root, "gen"));
  return root;
}

/** Runs the plugin under protoc. */
function run(root: string, ...args: readonly string[]): void {
  const plugin = `--plugin=${join(root, "protoc-gen-millrace")}`;
  protoc("-I", root, plugin, `--millrace_out=${join(root, "gen")}`, ...args);
}

function filesIn(root: string): string[] {
  const all = readdirSync(join(root, "gen"), { recursive: true, encoding: "utf8" });
  return all.filter((path) => path.endsWith(".ts")).sort();
}

function expectGenerated(root: string): void {
  const outputs = generate(
    names.map((name) => join(schemas, name)),
    [schemas],
  );
  expect(filesIn(root)).toStrictEqual(outputs.map(({ path }) => path).sort());
  for (const { path, text } of outputs) expect(readFileSync(join(root, "gen", path), "utf8"), path).toBe(text);
}

const USES = 'syntax = "proto3"; import "b.proto"; import "google/protobuf/empty.proto";';
const TWO = {
  "a.proto": `${USES} message A { B b = 1; google.protobuf.Empty e = 2; }`,
  "b.proto": 'syntax = "proto3"; message B {}',
};

describe("protoc-gen-millrace", () => {
  it("writes under protoc what millrace gen writes", () => {
    const root = site({});
    cpSync(join(schemas, "millrace"), join(root, "millrace"), { recursive: true });
    for (const name of names) cpSync(join(schemas, name), join(root, name));
    run(root, ...names);
    expectGenerated(root);
  });

  it("writes under buf generate what millrace gen writes", () => {
    const plugins = [{ local: PLUGIN, out: "gen", strategy: "all" }];
    const root = site({ "buf.yaml": "version: v2\n", "buf.gen.yaml": JSON.stringify({ version: "v2", plugins }) });
    cpSync(join(schemas, "millrace"), join(root, "millrace"), { recursive: true });
    for (const name of names) cpSync(join(schemas, name), join(root, name));
    buf(root, "generate");
    expectGenerated(root);
  });

  it.each([
    [[], ["a.ts", "google/protobuf/empty.ts"]],
    [["--millrace_opt=imports=well_known"], ["a.ts", "google/protobuf/empty.ts"]],
    [["--millrace_opt=imports=none"], ["a.ts"]],
    [["--millrace_opt=imports=all"], ["a.ts", "b.ts", "google/protobuf/empty.ts"]],
  ])("generates with %j the files that were asked for and %j", (options, expected) => {
    const root = site(TWO);
    run(root, ...options, "a.proto");
    expect(filesIn(root)).toStrictEqual(expected);
  });

  it("says what is wrong with a schema, and where, and writes nothing", () => {
    const root = site({ "a.proto": 'syntax = "proto3";\nmessage A { int32 FooBar = 1;\n int32 foo_bar = 2; }' });
    expect(() => run(root, "a.proto")).toThrow(
      /gen a\.proto\n--millrace_out: a\.proto:3:8: foo_bar and FooBar are both/,
    );
    expect(filesIn(root)).toStrictEqual([]);
  });

  it("says which options there are", () => {
    expect(() => run(site(TWO), "--millrace_opt=target=js", "a.proto")).toThrow(
      "there is no option target=js: there is imports=well_known, imports=none and imports=all",
    );
  });

  it("tells protoc that it takes optional fields of proto3, and editions up to 2024", () => {
    const root = site({ "a.proto": 'syntax = "proto3"; message A { optional int32 a = 1; }' });
    run(root, "a.proto");
    expect(existsSync(join(root, "gen/a.ts"))).toBe(true);
    const file = Uint8Array.of(0x0a, 7, ...Buffer.from("a.proto"), 0x62, 6, ...Buffer.from("proto3"));
    const response = new Fields(respond(Uint8Array.of(0x7a, file.length, ...file)));
    expect([2, 3, 4].map((number) => response.int(number))).toStrictEqual([1 | 2, 998, 1001]);
  });

  it("ends with 1 and one line when its input is no request", () => {
    const [node = "", ...args] = PLUGIN;
    const { status, stderr, stdout } = spawnSync(node, args, { input: Buffer.from([0xff]), encoding: "utf8" });
    expect({ status, stdout }).toStrictEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^this is no request of protoc or buf: [^\n]*\n$/);
  });

  it("answers an empty request with an error, and bytes that are none with an exception", () => {
    expect(new TextDecoder().decode(respond(new Uint8Array(0)))).toContain("the request holds no files");
    expect(() => respond(Uint8Array.of(0x0a, 5, 1))).toThrow("this is no request of protoc or buf");
  });
});
