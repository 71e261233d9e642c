import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Mutant, mutants } from "../codec/flat/mutants.js";
import { buildOfficialVerifier, hasOfficialVerifier } from "../codec/flat/official-verifier.js";
import { survives } from "../codec/flat/survives.js";
import { must, type Part } from "./part.js";

const MUTANTS = 5_000_000;

/** As many are judged at once. */
const BATCH = 50_000;

/** Mutated buffers, each of which is read to its end if it is taken, and shown to the official verifier. */
export const flat: Part = {
  name: "flat",
  about:
    "5,000,000 mutated FlatBuffers, whose verdicts are compared with the official verifier's where that is installed",
  async run(scale) {
    const folder = mkdtempSync(join(tmpdir(), "millrace-flat-"));
    try {
      const official = hasOfficialVerifier ? buildOfficialVerifier(folder) : undefined;
      const count = Math.ceil(MUTANTS * scale);
      let taken = 0;
      for (let seed = 0; seed * BATCH < count; seed++) {
        taken += judge([...mutants(Math.min(BATCH, count - seed * BATCH), 1000 + seed)], official);
      }
      return Promise.resolve(
        `${count} mutants, ${taken} of them taken, each as a whole, ${official ? "also" : "and not compared with those taken"} by the official verifier`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** How many are taken. */
function judge(batch: readonly Mutant[], official?: (mutants: readonly Mutant[]) => boolean[]): number {
  const taken = batch.filter(survives);
  official?.(taken).forEach((verdict, i) => {
    const { codec, bytes } = taken[i];
    must(verdict, `the official verifier refuses, as ${codec.name}, ${Buffer.from(bytes).toString("hex")}`);
  });
  return taken.length;
}
