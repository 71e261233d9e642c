import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare } from "../../codegen/breaking/compare.js";
import { type Finding, RULES, sideOf } from "../../codegen/breaking/rules.js";
import { link } from "../../codegen/link.js";
import type { Schema } from "../../codegen/model.js";
import { readProto } from "../../codegen/proto/read.js";
import { type Case, CASES } from "./breaking-cases.js";
import { folder } from "./folder.js";
import { project } from "./tools.js";

/** The text of a file for one version of a case, each in a package of its own. */
function wholeText(text: string, index: number): string {
  const syntax = /^(?:syntax|edition)[^;]*;/.exec(text)?.[0] ?? 'syntax = "proto3";';
  const rest = text.startsWith(syntax) ? text.slice(syntax.length) : text;
  const body = rest.trimStart().startsWith("package") ? rest : `package PACKAGE; ${rest}`;
  return `${syntax}\n${body}`.replaceAll("PACKAGE", `case${index}`).replaceAll(/[;{}]/g, "$&\n");
}

function schemas(text: string | undefined, index: number): Schema[] {
  if (text === undefined) return [];
  const path = `case${index}.proto`;
  const read = [readProto(wholeText(text, index), path, path)];
  link(read);
  return read;
}

function findings({ old, now }: Case, index: number): Finding[] {
  return compare(schemas(old, index), schemas(now, index));
}

/** The rules of ours that buf does not have. */
const OWN = new Set(["RPC_PATH_NO_DELETE", "ENUM_VALUE_SAME_PROPERTY"]);

/** A rule, with where it is not kept if it is in the same line. */
interface Verdict {
  readonly path?: string;
  readonly start_line: number;
  readonly type: string;
  readonly message: string;
}

/** What buf says of all cases, by the path of the file. */
function bufVerdicts(): Map<string, string[]> {
  const files = CASES.flatMap(({ old, now }, index): [string, string][] => [
    [`old/case${index}.proto`, wholeText(old, index)],
    ...(now === undefined ? [] : [[`now/case${index}.proto`, wholeText(now, index)] as [string, string]]),
  ]);
  const root = folder({
    ...Object.fromEntries(files),
    "old/buf.yaml": "version: v2\n",
    "now/buf.yaml": "version: v2\n",
  });
  const config = JSON.stringify({ version: "v2", breaking: { use: ["FILE", "WIRE"] } });
  const args = ["breaking", ".", "--against", "../old", "--error-format", "json", "--config", config];
  const { stdout, stderr } = spawnSync(join(project, "node_modules/.bin/buf"), args, {
    cwd: join(root, "now"),
    encoding: "utf8",
  });
  if (stderr !== "") throw new Error(stderr);
  const verdicts = new Map<string, string[]>();
  for (const line of stdout.trim().split("\n")) {
    const { path, type, message, start_line }: Verdict = JSON.parse(line);
    // A file that is gone is named in the message only.
    const file = path ?? /case\d+\.proto/.exec(message)?.[0] ?? "";
    verdicts.set(file, [...(verdicts.get(file) ?? []), `${type} on line ${start_line}`]);
  }
  return verdicts;
}

describe("millrace check and buf breaking find the same rules broken", () => {
  let verdicts: Map<string, string[]> | undefined;

  it.each([...CASES.entries()].map(([index, one]) => [one.change, index, one] as const))("when %s", (_, index, one) => {
    verdicts ??= bufVerdicts();
    const theirs = (verdicts.get(`case${index}.proto`) ?? []).filter((verdict) => verdict.split(" ")[0] in RULES);
    const found = findings(one, index).filter(({ rule }) => !OWN.has(rule));
    const ours = found.map(({ rule, at }) => `${rule} on line ${at.line}`);
    expect(ours.sort()).toStrictEqual([...(one.instead ?? theirs)].sort());
  });
});

/** The rules that a change breaks, and on which side. */
function broken(old: string, now: string): string[] {
  return findings({ change: "", old, now }, 0).map(({ rule }) => `${sideOf(rule)} ${rule}`);
}

describe("what buf does not know of generated code", () => {
  it("is that a value without the prefix of its enum gives all others longer names", () => {
    const old = "enum Side { SIDE_A = 0; SIDE_B = 1; }";
    expect(broken(old, "enum Side { SIDE_A = 0; SIDE_B = 1; SIDE_C = 2; }")).toStrictEqual([]);
    expect(broken(old, "enum Side { SIDE_A = 0; SIDE_B = 1; C = 2; }")).toStrictEqual([
      "source ENUM_VALUE_SAME_PROPERTY",
      "source ENUM_VALUE_SAME_PROPERTY",
    ]);
  });

  it("is that older peers call a method by its full name", () => {
    const service = "message M {} service S { rpc A(M) returns (M); }";
    expect(broken(service, service.replace("rpc A", "rpc B"))).toStrictEqual([
      "source RPC_NO_DELETE",
      "wire RPC_PATH_NO_DELETE",
    ]);
    expect(broken(service, "message M {}")).toStrictEqual(["source SERVICE_NO_DELETE", "wire RPC_PATH_NO_DELETE"]);
  });
});
