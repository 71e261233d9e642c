import { describe, expect, test } from "vitest";
import { folder } from "../../codegen/folder.js";
import { type Mutant, mutants } from "./mutants.js";
import { buildOfficialVerifier, hasOfficialVerifier } from "./official-verifier.js";
import { survives } from "./survives.js";

// Most mutants are refused; vitest asks for stacks that are so deep that these would take most of the time.
Error.stackTraceLimit = 0;

const MUTANTS = 200_000;
/** What the official verifier is asked about, too. */
const COMPARED = 20_000;

/** What we refuse and the official verifier does not: none of it is written by anybody, and text may be looked at later. */
const STRICTER = /not valid UTF-8|a vtable cannot take \d bytes|a type without a value|0 is no offset/;

test("200,000 mutated buffers are refused, or read without an error and without a byte from outside", {
  timeout: 120_000,
}, () => {
  let accepted = 0;
  for (const mutant of mutants(MUTANTS, 1)) if (survives(mutant)) accepted++;
  expect(accepted).toBeGreaterThan(MUTANTS / 100);
  expect(accepted).toBeLessThan(MUTANTS * 0.99);
});

describe.skipIf(!hasOfficialVerifier)("the official verifier of C++", () => {
  test("takes whatever we take of 20,000 mutated buffers", { timeout: 120_000 }, () => {
    const all = [...mutants(COMPARED, 2)];
    const theirs = buildOfficialVerifier(folder())(all);
    expect(theirs.length).toBe(COMPARED);
    const ours = all.map(survives);
    const unsound = all.filter((_, i) => ours[i] && !theirs[i]);
    expect(unsound.map(({ codec, bytes }) => `${codec.name} ${Buffer.from(bytes).toString("hex")}`)).toEqual([]);
    const stricter = all.filter((_, i) => theirs[i] && !ours[i]);
    expect(stricter.map(refusal).filter((why) => !STRICTER.test(why))).toEqual([]);
    expect(ours.filter(Boolean).length).toBeGreaterThan(COMPARED / 10);
  });
});

function refusal({ codec, bytes }: Mutant): string {
  try {
    codec.fromBytes(bytes, { utf8: true });
    return "none";
  } catch (error) {
    return String(error);
  }
}
