import { answerQuestions } from "../allocation/answer.js";
import { corpora } from "./corpus.js";
import { contenderOf, warmUpAll } from "./stage.js";

const warmUpPasses = 20;

answerQuestions(({ row, subject }) => {
  warmUpAll(warmUpPasses);
  const corpus = corpora.find(({ name }) => name === row);
  if (corpus === undefined) throw new Error(`there is no row ${row}`);
  const contender = contenderOf(corpus, subject);
  return {
    count: corpus.values.length,
    encode: (i) => contender.encode(i),
    decode: (i) => contender.decode(i),
  };
});
