import { allocatedBy } from "./growth.js";
import type { AllocationAnswer, AllocationQuestion } from "./measure.js";

/** What is looked at: two operations on values `[0, count)`. */
export interface Operations {
  readonly count: number;
  readonly encode: (i: number) => unknown;
  readonly decode: (i: number) => unknown;
}

/** Answers the process that started this one, once `find` has found, and warmed up, what it asks for. */
export function answerQuestions(find: (question: AllocationQuestion) => Operations): void {
  process.on("disconnect", () => process.exit());
  process.on("message", (question: AllocationQuestion) => process.send?.(answer(question, find)));
  process.send?.("ready");
}

function answer(question: AllocationQuestion, find: (question: AllocationQuestion) => Operations): AllocationAnswer {
  try {
    const { count, encode, decode } = find(question);
    return { ok: true, encode: allocatedBy(encode, count), decode: allocatedBy(decode, count) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
