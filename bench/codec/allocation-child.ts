import type { AllocationAnswer, AllocationQuestion } from "./allocation.js";
import { corpora } from "./corpus.js";
import { allocatedBy } from "./growth.js";
import { contenderOf, warmUpAll } from "./stage.js";

const warmUpPasses = 20;

function answer({ row, subject }: AllocationQuestion): AllocationAnswer {
  warmUpAll(warmUpPasses);
  const corpus = corpora.find(({ name }) => name === row);
  if (corpus === undefined) return { ok: false, reason: `there is no row ${row}` };
  try {
    const contender = contenderOf(corpus, subject);
    const count = corpus.values.length;
    const encode = allocatedBy((i) => contender.encode(i), count);
    return { ok: true, encode, decode: allocatedBy((i) => contender.decode(i), count) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

process.on("disconnect", () => process.exit());
process.on("message", (question: AllocationQuestion) => process.send?.(answer(question)));
process.send?.("ready");
