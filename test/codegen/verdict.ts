import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "../../codegen/check.js";
import { link } from "../../codegen/link.js";
import { load } from "../../codegen/load.js";
import { SchemaError } from "../../codegen/model.js";
import { includes, protoc } from "../support/protoc.js";

/** A schema, with the files that it imports. */
export interface Case {
  readonly name: string;
  /** Texts by their paths; `a.proto` is the schema. */
  readonly files: ReadonlyMap<string, string>;
}

/** The first line of a schema in the language that a case is named for. */
const HEADS = new Map([
  ["bare", ""],
  ["proto2", 'syntax = "proto2";\n'],
  ["proto3", 'syntax = "proto3";\n'],
  ["2023", 'edition = "2023";\n'],
  ["2024", 'edition = "2024";\n'],
]);

const folder = fileURLToPath(new URL("verdicts/", import.meta.url));

/**
 * The cases of a file in `verdicts/`: each starts with `# LANGUAGE: NAME`, and the files that it imports stand behind it,
 * each behind `## PATH`.
 */
export function casesOf(file: string): Case[] {
  return readFileSync(folder + file, "utf8")
    .split(/^# /m)
    .slice(1)
    .map((text) => {
      const [title = "", ...lines] = text.split("\n");
      const [language = "", name = ""] = title.split(/: (.*)/s);
      const head = HEADS.get(language);
      if (head === undefined) throw new Error(`${file}: ${title} starts with no language`);
      const [own = "", ...others] = lines.join("\n").split(/^## /m);
      const files = others.map((other): [string, string] => [other.split("\n", 1).join(), other.replace(/.*\n/, "")]);
      return { name: `${language}: ${name}`, files: new Map([["a.proto", head + own], ...files]) };
    });
}

/** The files in `verdicts/`. */
export function caseFiles(): string[] {
  return readdirSync(folder).sort();
}

/** The places where somebody finds a schema wrong, as `file:line`; `taken` when it is not. */
export interface Verdict {
  readonly taken: boolean;
  readonly places: readonly string[];
  readonly text: string;
}

/** Writes the files of a case into a folder of its own in `root`, and returns that. */
export function write({ files }: Case, root: string, number: number): string {
  const own = join(root, String(number));
  mkdirSync(own);
  for (const [path, text] of files) writeFileSync(join(own, path), text);
  return own;
}

/** What protoc says of the schema `a.proto` in a folder. */
export function theirVerdict(own: string): Promise<Verdict> {
  const args = ["-I", ".", "-I", includes, "--descriptor_set_out=set.binpb", "a.proto"];
  return new Promise((resolve) => {
    execFile(protoc, args, { cwd: own }, (error, _, text) => {
      const lines = text.split("\n").filter((line) => !/^\S+ warning:/.test(line));
      resolve({ taken: error === null, places: lines.flatMap(placeIn), text: lines.join("; ") });
    });
  });
}

/** What we say of it. */
export function ourVerdict(own: string): Verdict {
  try {
    const schemas = load([join(own, "a.proto")], [own, includes]);
    link(schemas);
    check(schemas);
    return { taken: true, places: [], text: "" };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const text = error.message.replaceAll(`${own}/`, "");
    return { taken: false, places: placeIn(text), text };
  }
}

function placeIn(line: string): string[] {
  return [...line.matchAll(/^([\w./]+\.proto:\d+):(\d+)/g)].map(([, place = ""]) => place);
}
