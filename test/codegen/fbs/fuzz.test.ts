import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBinary } from "../../../codegen/fbs/binary/read.js";
import { SchemaError } from "../../../codegen/fbs/model.js";
import { LoadError } from "../../../codegen/load-error.js";
import { bfbs } from "./flatc.js";
import { readFlat } from "./read.js";
import { TAKEN } from "./taken.js";

/** What became of a schema: it was read, refused at a place in it, or the error that broke the reader. */
function outcome(source: string): unknown {
  try {
    readFlat(source);
    return "read";
  } catch (error) {
    const lines = source.split("\n");
    const [, line, column] = error instanceof SchemaError ? (/^a\.fbs:(\d+):(\d+): ./.exec(error.message) ?? []) : [];
    const width = lines[Number(line) - 1]?.length ?? -1;
    return Number(column) >= 1 && Number(column) <= width + 1 ? "refused" : error;
  }
}

const WORDS = (
  "table struct enum union namespace root_type attribute rpc_service include native_include file_identifier { } { } " +
  "( ) [ ] : ; : ; , = . + - int ubyte long float bool string A B a b A.B __proto__ constructor toString 0 1 2 -1 0x10 " +
  "1.5 .5 1e3 0x1p2 99999999999999999999 null true nan inf sin( deg( key id required deprecated hash shared force_align " +
  `bit_flags nested_flatbuffer streaming "A" "ABCD" "A B" '\\x' "\\u00e9" // /* */ /// \n \n`
).split(" ");

/** Schemas in pieces of tokens, so that edits stay close to the language. */
const pieces = TAKEN.map(([, schema]) => schema.match(/\w+|\s+|./gs) ?? []);

describe("whatever the text, it is read, or refused at a place in it", () => {
  it("if it is made of the words of the language", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }), (text) => {
        expect(["read", "refused"]).toContain(outcome(text.join(" ")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("if a few words of a good schema are others", () => {
    const edits = fc.array(fc.tuple(fc.nat(1_000), fc.nat(2), fc.constantFrom("", ...WORDS)), { maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...pieces), edits, (text, list) => {
        const edited = [...text];
        for (const [at, length, word] of list) edited.splice(at % (edited.length + 1), length, word);
        expect(["read", "refused"]).toContain(outcome(edited.join("")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("if it is no schema at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
        expect(["read", "refused"]).toContain(outcome(text));
        expect(["read", "refused"]).toContain(outcome(`table A { ${text}`));
      }),
      { numRuns: 500 },
    );
  });

  it("and a good schema is read", () => {
    expect(TAKEN.map(([, schema]) => outcome(schema)).filter((found) => found !== "read")).toStrictEqual([]);
  });
});

it("a .bfbs file with other bytes in it is read or refused, never more, and soon", async () => {
  const files = await Promise.all(TAKEN.map(([, schema]) => bfbs(schema)));
  const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 4, 12, 16, 127, 128, 255)), {
    minLength: 1,
    maxLength: 4,
  });
  const found = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...files), edits, fc.nat(20), (file, list, cut) => {
      const bytes = file.slice(0, file.length - (cut > 10 ? 0 : cut * 4));
      for (const [at, byte] of list) bytes[at % bytes.length] = byte;
      found.add(binaryOutcome(bytes));
    }),
    { numRuns: 5_000 },
  );
  expect([...found].sort()).toStrictEqual(["read", "refused"]);
});

function binaryOutcome(bytes: Uint8Array): string {
  try {
    readBinary(bytes, "a.bfbs", "a.bfbs");
    return "read";
  } catch (error) {
    return error instanceof LoadError ? "refused" : String(error);
  }
}
