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
  /** Texts by their paths. */
  readonly files: ReadonlyMap<string, string>;
  /** The files that are judged, with all that they import; `a.proto` if none is named. */
  readonly judged?: readonly string[];
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

/** What we say, each once, of schemas that one of us takes and the other one does not. */
export function disputed(judged: readonly Judged[]): string[] {
  const found = judged.filter(({ ours, theirs }) => ours.taken !== theirs.taken);
  return [...new Set(found.map((one) => (one.ours.taken ? inWords(one) : one.ours.text)))].sort();
}

/** Writes the files of a case into a folder of its own in `root`, and returns that. */
function write({ files }: Case, root: string, number: number): string {
  const own = join(root, String(number));
  mkdirSync(own);
  for (const [path, text] of files) writeFileSync(join(own, path), text);
  return own;
}

function theirVerdict(own: string, judged: readonly string[]): Promise<Verdict> {
  const args = ["-I", ".", "-I", includes, "--descriptor_set_out=set.binpb", ...judged];
  return new Promise((resolve) => {
    execFile(protoc, args, { cwd: own }, (error, _, text) => {
      const lines = text.split("\n").filter((line) => !/^\S+ warning:/.test(line));
      resolve({ taken: error === null, places: lines.flatMap(placeIn), text: lines.join("; ") });
    });
  });
}

function ourVerdict(own: string, judged: readonly string[]): Verdict {
  try {
    const schemas = load(
      judged.map((path) => join(own, path)),
      [own, includes],
    );
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

/** A case with both verdicts on it. */
export interface Judged extends Case {
  readonly ours: Verdict;
  readonly theirs: Verdict;
}

/** Has protoc and us judge schemas, in folders below `root`; a few processes at a time: most of what one takes is its start. */
export async function judge(cases: readonly Case[], root: string): Promise<Judged[]> {
  const judged: Judged[] = [];
  const waiting = [...cases.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [i, found] = next;
      const own = write(found, root, i);
      const paths = found.judged ?? ["a.proto"];
      judged.push({ ...found, ours: ourVerdict(own, paths), theirs: await theirVerdict(own, paths) });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return judged;
}

/** Whether protoc names a place: what has none of its own is said of the start of the file. */
export function isElsewhere({ ours, theirs }: Judged): boolean {
  const places = theirs.places.filter((place) => place !== "a.proto:1" || ours.places[0] === place);
  return !ours.taken && !theirs.taken && places.length > 0 && !places.includes(ours.places[0] ?? "");
}

/** What both say of a schema. */
export function inWords({ name, ours, theirs }: Judged): string {
  return `${name}\n  we: ${ours.taken ? "taken" : ours.text}\n  protoc: ${theirs.taken ? "taken" : theirs.text}`;
}
