import { Driver } from "./driver.js";
import { Breeder } from "./mutant.js";
import { playAll, type Share } from "./run.js";
import { recordAll } from "./sessions.js";
import { Watchdog } from "./watchdog.js";

// A process of its own for a share of the mutants: it prints what it finds, and says how many it played.
// Errors without stacks are cheaper by far, and a finding is played again anyway.
Error.stackTraceLimit = 0;
const share = JSON.parse(process.argv[2]) as Share;
const { begins } = new Watchdog(share.seed);
let played = 0;
const finding = await playAll(new Breeder(share.seed, await recordAll()), new Driver(), share, (number) => {
  begins(number);
  played++;
});
if (finding !== undefined) console.error(finding);
process.send!(played, () => process.exit(finding === undefined ? 0 : 1));
