import type { Case, Effort, Suite } from "../suite.js";
import { contenders } from "./contenders/index.js";
import { corpora, type Corpus } from "./corpus.js";
import { openProbe } from "./probe.js";

/** One message to bytes and back, without a link. */
export const codec: Suite = {
  name: "codec",
  about: "one message into bytes, and back; JSON as UTF-8; B: allocated by one operation",
  packages: ["protobufjs", "@bufbuild/protobuf", "pbf", "msgpackr"],
  leftOut: [],
  rounds: { quick: 2, full: 7 },
  cases: corpora.map(caseOf),
  means: ["encode", "decode"],
};

function caseOf(corpus: Corpus): Case {
  const subjects = [...contenders.keys()].map((name) => ({
    name,
    open: (effort: Effort) => openProbe(corpus, name, effort),
  }));
  return { name: corpus.name, subjects };
}
