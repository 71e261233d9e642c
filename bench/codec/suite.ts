import type { Case, Subject, Suite } from "../suite.js";
import { json, millrace, protobufjs, type Contender } from "./contender.js";
import { messages, orders, quotes, receipts, type Corpus } from "./corpus.js";
import { openProbe } from "./probe.js";

/** One message to bytes and back, without a link. */
export const codec: Suite = {
  name: "codec",
  about: "one message into an existing page, and back from bytes; JSON as UTF-8",
  packages: ["protobufjs"],
  leftOut: [],
  rounds: { quick: 3, full: 7 },
  cases: [caseOf(quotes), caseOf(messages), caseOf(orders), caseOf(receipts)],
};

function caseOf<T extends object>(corpus: Corpus<T>): Case {
  const subject = (name: string, contend: (corpus: Corpus<T>) => Contender): Subject => ({
    name,
    open: (effort) => openProbe(contend(corpus), corpus.values.length, effort),
  });
  return {
    name: corpus.codec.name,
    subjects: [subject("millrace", millrace), subject("protobufjs", protobufjs), subject("json", json)],
  };
}
