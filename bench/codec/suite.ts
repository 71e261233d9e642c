import type { Case, Effort, Suite } from "../suite.js";
import { contenders, OWNED } from "./contenders/index.js";
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

/** Whether a message has `bytes` anywhere. */
function hasBytes(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof Uint8Array || Object.values(value).some(hasBytes);
}

function caseOf(corpus: Corpus): Case {
  const names = [...contenders.keys()].filter((name) => name !== OWNED || corpus.values.some(hasBytes));
  const subjects = names.map((name) => ({
    name,
    open: (effort: Effort) => openProbe(corpus, name, effort),
  }));
  return { name: corpus.name, subjects };
}
