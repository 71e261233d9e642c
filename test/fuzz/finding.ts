import { Scribe } from "../golden/text.js";
import { join } from "../support/wire.js";
import type { Mutant } from "./mutant.js";
import { cut } from "./sessions.js";

const MOST_LINES = 60;
const LONG = /^(.{400}).+/;

/** A mutant, with what it brought about, for a person who wants to know and to play it again. */
export function describeFinding(seed: number, mutant: Mutant, faults: readonly string[]): string {
  const { number, session, subject, changes, peerReads, arrival, isDebugging, isScarce, ending } = mutant;
  const circumstances = [
    `against the ${subject}`,
    `read ${arrival}`,
    ...(isDebugging ? ["in debug mode"] : []),
    ...(isScarce ? ["with little memory"] : []),
    ...(ending ? [`with a ${ending.by} before piece ${ending.before}`] : []),
    ...(peerReads ? [] : ["from a peer that reads nothing"]),
  ];
  return [
    `--seed ${seed} --mutant ${number}: ${faults.length === 0 ? "nothing is wrong" : faults.join("\n  ")}`,
    `  the session "${session.scene.name}" ${circumstances.join(", ")}; ${changes.join(", ")}`,
    ...dump(mutant).map((line) => `  ${line}`),
  ].join("\n");
}

/** What was said: frames as in the golden sessions, and what is none in hex. */
function dump({ pieces, subject }: Mutant): string[] {
  const lines: string[] = [];
  const { frames, tail } = cut(join(...pieces.map(({ bytes }) => bytes)));
  const scribe = new Scribe(subject === "client" ? "s" : "c", lines);
  for (const frame of frames) scribe.write(frame);
  if (tail.length > 0) lines.push(Buffer.from(tail).toString("hex"));
  const shown = lines.slice(0, MOST_LINES).map((line) => line.replace(LONG, "$1…"));
  return lines.length > MOST_LINES ? [...shown, `… ${lines.length} lines in all`] : shown;
}
