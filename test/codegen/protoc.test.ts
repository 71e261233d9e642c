import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasProtoc } from "../support/protoc.js";
import { folder } from "./folder.js";
import { type Case, caseFiles, casesOf, inWords, isElsewhere, judge, type Judged } from "./verdict.js";

const ONE_NAME = "the two fields would be one property in TypeScript";
const NO_NAME = "protoc only warns, and the statement reserves nothing";

/** What we refuse and protoc takes, and why. */
const STRICTER: ReadonlyMap<string, string> = new Map([
  ["proto2: fields that are one in JSON", ONE_NAME],
  ["proto3: names that are one in JSON, and are allowed to", ONE_NAME],
  ["proto2: an extension number that two files use", "protoc only warns, and each would read the other's bytes"],
  ["proto3: an octal escape beyond a byte", "protoc drops what is above a byte"],
  ["proto3: a unicode escape beyond the last", "protoc keeps the escape as text"],
  ["proto3: a reserved name that is none", NO_NAME],
  ["proto3: an empty reserved name", NO_NAME],
  ["2023: a feature with a number in a message", "a feature has names for its values"],
]);

const BOTH = "two statements contradict one another, and we point at the later one";
const FIELD = "we point at the field that is wrong, not at the range that it is in";
const SETTING = "we point at the option, not at the end of what it stands in";
const EXTENSION = "we point at the extension, not at the message that it extends";
const ITSELF = "we point at the thing itself, not at what it stands in";

/** What both refuse at different lines, and why. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["proto3: a field called like a oneof", BOTH],
  ["proto3: a field called like a map's entry", BOTH],
  ["proto3: two maps with one name for their entries", BOTH],
  ["proto3: a type called like a package of another file", BOTH],
  ["proto3: ranges that overlap", BOTH],
  ["proto2: extension ranges that overlap", BOTH],
  ["proto3: an empty oneof", "we point at the oneof, not at its brace"],
  ["proto3: aliases that are not allowed", "we point at the value, not at the end of its enum"],
  ["proto3: aliases allowed and none there", SETTING],
  ["proto3: aliases refused and none there", SETTING],
  ["proto3: a number reserved", FIELD],
  ["proto3: a number reserved behind its field", FIELD],
  ["proto2: a field in an extension range", FIELD],
  ["proto3: a reserved enum number", FIELD],
  ["proto3: an extension of a message", "proto3 has no extensions of messages, whatever their numbers"],
  ["proto3: a reserved name twice", ITSELF],
  ["proto2: a declaration twice", ITSELF],
  ["proto2: declarations for several ranges", ITSELF],
  ["proto2: declarations in each of several ranges", ITSELF],
  ["proto2: an extension that is not declared", EXTENSION],
  ["proto2: an extension that is declared with another name", EXTENSION],
  ["proto2: an extension that is declared with another type", EXTENSION],
  ["proto2: an extension that is declared as repeated", EXTENSION],
  ["proto2: an extension that is declared as reserved", EXTENSION],
  ["proto2: verification of nothing declared", EXTENSION],
]);

const OPTION = `syntax = "proto3"; import "google/protobuf/descriptor.proto";
  message M { M m = 1; repeated M r = 2; } extend google.protobuf.FileOptions { M m = 50000; }`;

/** Schemas that nest as deep as is said. */
const NESTED: ReadonlyMap<string, (depth: number) => string> = new Map([
  ["messages", (depth) => `syntax = "proto3"; ${"message A { ".repeat(depth)}${"}".repeat(depth)}`],
  ["groups", (depth) => `message A { ${"optional group A = 1 { ".repeat(depth)}${"}".repeat(depth)} }`],
  ["values of options", (depth) => `${OPTION} option (m) = ${"{ m ".repeat(depth)}{}${"}".repeat(depth)};`],
  ["lists in options", (depth) => `${OPTION} option (m) = ${"{ r: [".repeat(depth)}{}${"]}".repeat(depth)};`],
]);

function nested([name, text]: readonly [string, (depth: number) => string]): Case[] {
  return [20, 30, 31, 32, 33, 98, 99, 100, 101, 200].map((depth) => {
    return { name: `${depth} ${name}`, files: new Map([["a.proto", text(depth)]]) };
  });
}

describe.skipIf(!hasProtoc)("protoc and we", () => {
  const judged: Judged[] = [];
  beforeAll(async () => {
    const cases = caseFiles().flatMap(casesOf);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    judged.push(...(await judge(cases, folder({}, afterAll))));
  }, 60_000);

  it("judge hundreds of schemas, of which each of us takes some and refuses some", () => {
    expect(judged.length).toBeGreaterThan(500);
    for (const by of ["ours", "theirs"] as const) {
      const taken = judged.filter((one) => one[by].taken).length;
      expect(taken).toBeGreaterThanOrEqual(150);
      expect(judged.length - taken).toBeGreaterThan(150);
    }
  });

  it("let messages, groups and values of options nest as deep", async () => {
    const deep = await judge([...NESTED].flatMap(nested), folder());
    expect(deep.filter(({ ours, theirs }) => ours.taken !== theirs.taken).map(inWords)).toStrictEqual([]);
    expect(deep.filter(({ ours }) => ours.taken).length).toBeGreaterThan(15);
  });

  it("take the same schemas, but for those that we refuse for a reason", () => {
    const lax = judged.filter(({ ours, theirs }) => ours.taken && !theirs.taken);
    const strict = judged.filter(({ ours, theirs }) => !ours.taken && theirs.taken);
    expect(lax.map(inWords)).toStrictEqual([]);
    expect(strict.filter(({ name }) => !STRICTER.has(name)).map(inWords)).toStrictEqual([]);
    expect(strict.map(({ name }) => name).sort()).toStrictEqual([...STRICTER.keys()].sort());
  });

  it("refuse the others at the same line, but for those where there is a better one", () => {
    const elsewhere = judged.filter(isElsewhere);
    expect(elsewhere.filter(({ name }) => !ELSEWHERE.has(name)).map(inWords)).toStrictEqual([]);
    expect(elsewhere.map(({ name }) => name).sort()).toStrictEqual([...ELSEWHERE.keys()].sort());
  });
});
