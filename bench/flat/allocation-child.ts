import { answerQuestions } from "../allocation/answer.js";
import { rows } from "./rows.js";
import { contenderOf, warmUpAll } from "./stage.js";

const warmUpPasses = 20;

answerQuestions(({ row: name, subject }) => {
  warmUpAll(warmUpPasses);
  const row = rows.find((one) => one.name === name);
  if (row === undefined) throw new Error(`there is no row ${name}`);
  const contender = contenderOf(row, subject);
  return { count: row.count, encode: (i) => contender.encode(i), decode: (i) => contender.readAll(i) };
});
