import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { FLAT_RULES, RULES } from "../../codegen/breaking/rules.js";
import { bfbs } from "./fbs/flatc.js";
import { folder } from "./folder.js";
import { start } from "./millrace.js";
import { project } from "./tools.js";

const page = readFileSync(join(project, "docs/codegen.md"), "utf8");
const printed = [...page.matchAll(/^```sh\n([\s\S]*?)```/gm)].map(([, text = ""]) => text.trim());
const ofFlat = (text: string): boolean => /flat|\.bfbs/.test(text);
const commands = printed.filter((text) => !ofFlat(text));
const flatCommands = printed.filter(ofFlat);
const outputs = [...page.matchAll(/^```\n(.+)\n```$/gm)].map(([, text = ""]) => text);

const ITEM = 'syntax = "proto3";\npackage shop;\n\nmessage Item {\n  string name = 1;\n}\n';
const ORDER = `syntax = "proto3";
package shop;

import "google/protobuf/timestamp.proto";
import "shop/item.proto";

message Order {
  Item item = 1;
  int64 quantity = 2;
  google.protobuf.Timestamp at = 3;
}
`;

const STOCK = `namespace shop;

table Stock {
  item:string (required);
  added:bool;
  price:double;
}
`;

/** A folder as the page says, with the programs that its commands name, and the configuration that it shows. */
function site(): string {
  const config = /^```yaml\n([\s\S]*?)```/m.exec(page)?.[1] ?? "";
  const root = folder({
    "protos/shop/item.proto": ITEM,
    "protos/shop/order.proto": ORDER,
    "released/shop/item.proto": ITEM,
    "released/shop/order.proto": ORDER.replace("int64", "int32"),
    "flat/stock.fbs": STOCK,
    "released-flat/stock.fbs": STOCK.replace("  added:bool;\n", ""),
    "buf.gen.yaml": config,
  });
  mkdirSync(join(root, "src/gen"), { recursive: true });
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  const programs = { millrace: "main.js", "protoc-gen-millrace": "plugin.js" };
  for (const [name, file] of Object.entries(programs)) {
    const program = join(root, "node_modules/.bin", name);
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${join(project, "dist/codegen", file)} "$@"\n`);
    chmodSync(program, 0o755);
  }
  return root;
}

/** Runs commands as a shell does, with programs that need not be looked up first, and gives what they print. */
function run(root: string, command: string): { code: number | null; out: string } {
  const path = [join(root, "node_modules/.bin"), join(project, "node_modules/.bin"), process.env["PATH"]].join(
    delimiter,
  );
  const env = { ...process.env, PATH: path };
  const { status, stdout, stderr } = spawnSync("sh", ["-ec", command.replaceAll("npx ", "")], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return { code: status, out: stdout + stderr };
}

const GENERATED = ["shop/order.ts", "shop/item.ts", "google/protobuf/timestamp.ts"].map((name) => `src/gen/${name}`);

it("each command of docs/codegen.md that generates gives the same files", () => {
  const root = site();
  const first = new Map<string, string>();
  const generating = commands.filter((text) => /--out|_out=|generate/.test(text) && !/--watch|--check/.test(text));
  expect(generating).toHaveLength(5);
  for (const command of generating) {
    rmSync(join(root, "src/gen"), { recursive: true });
    mkdirSync(join(root, "src/gen"));
    expect(run(root, command), command).toMatchObject({ code: 0 });
    for (const name of GENERATED) {
      const text = readFileSync(join(root, name), "utf8");
      expect(text, command).toBe(first.get(name) ?? text);
      first.set(name, text);
    }
  }
}, 60_000);

it("the command of docs/codegen.md for CI fails until code is generated", () => {
  const root = site();
  const check = commands.find((text) => text.includes("--check")) ?? "";
  expect(run(root, check)).toMatchObject({ code: 1, out: expect.stringContaining("src/gen/shop/order.ts is missing") });
  expect(run(root, commands[0] ?? "").code).toBe(0);
  expect(run(root, check)).toStrictEqual({ code: 0, out: "" });
});

it("the command of docs/codegen.md that watches generates at once", async () => {
  const root = site();
  const command = commands.find((text) => text.includes("--watch")) ?? "";
  const running = start(root, ...command.split(" ").slice(2));
  await running.until(/watching\n$/);
  expect(GENERATED.filter((name) => !existsSync(join(root, name)))).toStrictEqual([]);
  expect(await running.end("SIGINT")).toBe(0);
});

it("the commands of docs/codegen.md that check print what the page shows", () => {
  const root = site();
  const checking = commands.filter((text) => text.includes("millrace check"));
  expect(checking.map((command) => run(root, command))).toStrictEqual([
    { code: 0, out: "" },
    { code: 1, out: `${outputs[0]}\n` },
    { code: 0, out: "" },
  ]);
});

it("the commands of docs/codegen.md for FlatBuffers generate, and print what the page shows", async () => {
  const root = site();
  const [generate = "", compiled = "", check = "", ...others] = flatCommands;
  expect(others).toStrictEqual([]);
  expect(run(root, generate).code).toBe(0);
  const text = readFileSync(join(root, "src/gen/stock.ts"), "utf8");
  expect(text).toContain("export interface Stock");
  // There is no flatc for the shell: its compiled form does what the first line of the command says.
  writeFileSync(join(root, "stock.bfbs"), await bfbs(STOCK));
  expect(run(root, compiled.split("\n")[1] ?? "").code).toBe(0);
  // Comments say which file it is, and flatc words the lines of a schema in its own way.
  const codeOf = (file: string): string => file.replaceAll(/\/\*\*.*\*\/|\/\/.*/g, "");
  expect(codeOf(readFileSync(join(root, "src/gen/stock.ts"), "utf8"))).toBe(codeOf(text));
  expect(run(root, check)).toStrictEqual({ code: 1, out: `${outputs[1]}\n` });
});

it("the rules in docs/codegen.md are those of the code, with their sides", () => {
  const rows = [...page.matchAll(/^\| `([A-Z_0-9]+)` \| (wire|source) \|/gm)].map(([, rule, side]) => [rule, side]);
  expect(rows).toStrictEqual([...Object.entries(RULES), ...Object.entries(FLAT_RULES)]);
});
