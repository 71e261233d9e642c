import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { fnv1a } from "../codegen/hash.js";
import { CODES } from "../src/error.js";
import * as Entry from "../src/frame/entry.js";
import * as Flag from "../src/frame/flag.js";
import * as Kind from "../src/frame/kind.js";
import { HEADER_BYTES } from "../src/frame/header.js";
import { MAGIC } from "../src/link/hello.js";
import { describe } from "../src/rpc/schema-describe.js";
import { readTable } from "../src/rpc/schema-table.js";
import { read, root } from "./support/sources.js";

const wire = read("docs/wire.md");

/** The rows of the table whose head starts with these cells. */
function table(...head: readonly string[]): string[][] {
  const lines = wire.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head.join(" | ")}`));
  expect(start).toBeGreaterThan(0);
  const rows: string[][] = [];
  for (let at = start + 2; lines[at].startsWith("|"); at++)
    rows.push(
      lines[at]
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows;
}

/** The constants of a module, the smallest first. */
function byNumber(constants: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(constants).sort(([, one], [, other]) => one - other);
}

test("the kinds in docs/wire.md are those of the code", () => {
  expect(table("kind", "number").map(([name, number]) => [name, Number(number)])).toEqual(byNumber(Kind));
});

test("the flags in docs/wire.md are those of the code", () => {
  expect(table("flag", "value").map(([name, value]) => [name, Number(value)])).toEqual(byNumber(Flag));
});

test("the entries in docs/wire.md are those of the code", () => {
  expect(table("entry", "type").map(([name, type]) => [name, Number(type)])).toEqual(byNumber(Entry));
});

test("the header's fields in docs/wire.md add up to its length", () => {
  expect(table("field", "bytes").reduce((sum, [, bytes]) => sum + Number(bytes), 0)).toBe(HEADER_BYTES);
});

test("the status numbers in docs/wire.md are those of the code", () => {
  const [, list] = /The status numbers are gRPC's:\n([\s\S]*?)\. A status/.exec(wire) ?? [];
  expect(list.split(/,\s+/).map((entry) => entry.split(" "))).toEqual(
    CODES.map((code, status) => [String(status), code]),
  );
});

test("the magic number in docs/wire.md is that of the code, and spells MLRC", () => {
  expect(wire).toContain(`0x${MAGIC.toString(16)}`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, MAGIC, true);
  expect(String.fromCharCode(...bytes)).toBe("MLRC");
});

test("the table in docs/wire.md is one, and the id of the method that asks for it is that of the code", () => {
  const [, example] = /```\n(rpc [\s\S]*?)```/.exec(wire) ?? [];
  const types = ["Symbol", "Quote", "Receipt", "Fill"].map((name) => `message market.${name}\n`).join("");
  expect([...readTable(example + types).methods.keys()]).toEqual(["LastQuote", "Place"]);
  expect(wire).toContain(`\`${describe.path}\` (id 0x${describe.id.toString(16)})`);
  expect(describe.id).toBe(fnv1a(describe.path));
});

test("links in the documents lead to files that exist, and to headings in them", () => {
  const anchorOf = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-");
  const pages = readdirSync(join(root, "docs")).map((name) => `docs/${name}`);
  for (const page of ["README.md", "ARCHITECTURE.md", ...pages]) {
    for (const [link, path, anchor] of read(page).matchAll(/\]\(([^)#:\s]*)(?:#([\w-]+))?\)/g)) {
      const target = path === "" ? page : join(dirname(page), path);
      expect(existsSync(join(root, target)), `${page}: ${link}`).toBe(true);
      if (anchor === undefined) continue;
      const anchors = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
      expect(anchors, `${page}: ${link}`).toContain(anchor);
    }
  }
});
