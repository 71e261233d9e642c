import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { RULES } from "../../codegen/breaking/rules.js";
import { folder } from "./folder.js";
import { start } from "./millrace.js";
import { project } from "./tools.js";

const page = readFileSync(join(project, "docs/codegen.md"), "utf8");
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)```/gm)].map(([, text = ""]) => text.trim());

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

/** A folder as the page says, with the programs that its commands name, and the configuration that it shows. */
function site(): string {
  const config = /^```yaml\n([\s\S]*?)```/m.exec(page)?.[1] ?? "";
  const root = folder({
    "protos/shop/item.proto": ITEM,
    "protos/shop/order.proto": ORDER,
    "released/shop/item.proto": ITEM,
    "released/shop/order.proto": ORDER.replace("int64", "int32"),
    "buf.gen.yaml": config,
  });
  mkdirSync(join(root, "src/gen"), { recursive: true });
  mkdirSync(join(root, "node_modules/.bin"), { recursive: true });
  const tsx = `${process.execPath} --import ${join(project, "node_modules/tsx/dist/esm/index.mjs")}`;
  const programs = {
    millrace: `${tsx} ${join(project, "codegen/main.ts")}`,
    "protoc-gen-millrace": `${tsx} ${join(project, "codegen/plugin.ts")}`,
  };
  for (const [name, command] of Object.entries(programs)) {
    const program = join(root, "node_modules/.bin", name);
    writeFileSync(program, `#!/bin/sh\nexec ${command} "$@"\n`);
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
  const shown = /^```\n(.*)\n```$/m.exec(page)?.[1];
  expect(checking.map((command) => run(root, command))).toStrictEqual([
    { code: 0, out: "" },
    { code: 1, out: `${shown}\n` },
    { code: 0, out: "" },
  ]);
});

it("the rules in docs/codegen.md are those of the code, with their sides", () => {
  const rows = [...page.matchAll(/^\| `([A-Z_0-9]+)` \| (wire|source) \|/gm)].map(([, rule, side]) => [rule, side]);
  expect(rows).toStrictEqual(Object.entries(RULES));
});
