import { check, type Contender } from "./contender.js";
import { contenders } from "./contenders/index.js";
import { type Row, rows } from "./rows.js";

const made = new Map<string, Contender>();
let isWarm = false;

/** A contender on one row, made once and kept; throws when it does not read what was written. */
export function contenderOf(row: Row, name: string): Contender {
  const key = `${row.name}/${name}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const contend = contenders.get(name);
  if (contend === undefined) throw new Error(`there is no contender ${name}`);
  const contender = contend(row);
  check(contender, row);
  made.set(key, contender);
  return contender;
}

/** Lets all contenders do all rows, so that what is measured later has seen every shape, as the code of a real program has. */
export function warmUpAll(passes: number): void {
  if (isWarm) return;
  isWarm = true;
  const all = rows.flatMap((row) => [...contenders.keys()].map((name) => ({ row, contender: contenderOf(row, name) })));
  for (let pass = 0; pass < passes; pass++) {
    for (const { row, contender } of all) {
      runAll(contender, row.count);
    }
  }
}

function runAll(contender: Contender, count: number): void {
  for (let i = 0; i < count; i++) {
    contender.encode(i);
    contender.readAll(i);
    contender.readOne(i);
  }
}
