import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { check } from "../../codegen/check.js";
import { link } from "../../codegen/link.js";
import { SchemaError } from "../../codegen/model.js";
import { readProto } from "../../codegen/proto/read.js";

/** What became of a schema: it was read, refused at a place in it, or the error that broke the reader. */
function outcome(source: string): unknown {
  try {
    const schema = readProto(source, "a.proto", "a.proto");
    link([schema]);
    check([schema]);
    return "read";
  } catch (error) {
    const lines = source.split("\n");
    const [, line, column] = error instanceof SchemaError ? (/^a\.proto:(\d+):(\d+): ./.exec(error.message) ?? []) : [];
    const width = lines[Number(line) - 1]?.length ?? -1;
    return Number(column) >= 1 && Number(column) <= width + 1 ? "refused" : error;
  }
}

const WORDS = (
  "syntax edition package import public weak option message enum service rpc returns stream oneof map group extend " +
  "extensions reserved to max optional required repeated export local int32 string bytes double A B a b c.d .A " +
  "__proto__ constructor toString hasOwnProperty features default packed json_name jstype allow_alias true inf nan " +
  `0 1 2 -1 0x1F 017 1.5 99999999999999999999 536870911 19000 "proto2" "proto3" "2023" "a" '\\x' // /* */ \n ; ; ; { } { } = = ( ) [ ] < > , . : -`
).split(" ");

const everything = readFileSync(fileURLToPath(new URL("../../schemas/everything.proto", import.meta.url)), "utf8");
const HEADS = ['syntax = "proto3";', 'syntax = "proto2";', 'edition = "2023";', 'edition = "2024";', ""];

describe("whatever the text, it is read, or refused at a place in it", () => {
  it("if it is made of the words of the language", () => {
    const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...HEADS), words, (head, text) => {
        expect(["read", "refused"]).toContain(outcome(`${head}\n${text.join(" ")}`));
      }),
      { numRuns: 1_000 },
    );
  });

  it("if a few characters of a good schema are others", () => {
    const edits = fc.array(fc.tuple(fc.nat(everything.length), fc.nat(8), fc.constantFrom(...WORDS)), { maxLength: 3 });
    fc.assert(
      fc.property(edits, (list) => {
        const edit = (text: string, [at, length, word]: readonly [number, number, string]) =>
          text.slice(0, at) + word + text.slice(at + length);
        expect(["read", "refused"]).toContain(outcome(list.reduce(edit, everything)));
      }),
      { numRuns: 100 },
    );
  });

  it("if it is no schema at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(["read", "refused"]).toContain(outcome(text));
        expect(["read", "refused"]).toContain(outcome(`${HEADS[0]}${text}`));
      }),
      { numRuns: 500 },
    );
  });

  it("and a good schema is read", () => {
    expect(readProto(everything, "a.proto", "a.proto").messages.length).toBeGreaterThan(5);
    expect(HEADS.map((head) => outcome(`${head} message A { repeated A a = 1; }`))).not.toContain("refused");
  });
});
