import { contenders } from "./contenders/index.js";
import { check, type Contender } from "./contender.js";
import { corpora, type Corpus } from "./corpus.js";

const made = new Map<string, Contender>();
let warm = false;

/** A contender on one row, made once and kept; throws when it does not get every value back. */
export function contenderOf(corpus: Corpus, name: string): Contender {
  const key = `${corpus.name}/${name}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const contend = contenders.get(name);
  if (contend === undefined) throw new Error(`there is no contender ${name}`);
  const contender = contend(corpus);
  corpus.values.forEach((_, i) => check(contender, i));
  made.set(key, contender);
  return contender;
}

/**
 * Lets all contenders encode and decode all rows, `passes` times, unless that was done before: what is measured later
 * has seen every shape, as the code of a real program has. One that fails is left out; it says why when it is opened.
 */
export function warmUpAll(passes: number): void {
  if (warm) return;
  warm = true;
  const all = corpora.flatMap((corpus) => [...contenders.keys()].flatMap((name) => soundOf(corpus, name)));
  for (let pass = 0; pass < passes; pass++) {
    for (const { contender, count } of all) runAll(contender, count);
  }
}

function soundOf(corpus: Corpus, name: string): { contender: Contender; count: number }[] {
  try {
    return [{ contender: contenderOf(corpus, name), count: corpus.values.length }];
  } catch {
    return [];
  }
}

function runAll(contender: Contender, count: number): void {
  for (let i = 0; i < count; i++) {
    contender.encode(i);
    contender.decode(i);
  }
}
