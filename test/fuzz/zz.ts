import { Driver } from "./driver.js";
import { Breeder } from "./mutant.js";
import { recordAll } from "./sessions.js";
const sessions = await recordAll();
for (const s of sessions) console.log(s.scene.name, s.events.length);
const d = new Driver();
const b = new Breeder(1, sessions);
const t = performance.now();
const N = Number(process.argv[2] ?? 1000);
const seen = new Map<string, number>();
for (let k = 0; k < N; k++) {
  const m = b.mutant(k);
  for (const f of await d.drive(m)) {
    const key = m.subject + " " + f.split("\n")[0].replaceAll(/\d+/g, "N");
    const n = (seen.get(key) ?? 0) + 1;
    seen.set(key, n);
    if (n <= 2) console.log(k, m.session.scene.name, m.subject, m.changes, m.readsWindow, m.peerReads, m.isDebugging, "\n   ", f);
  }
}
console.log(seen, (performance.now() - t) / N * 1000, "us each", d.mostLeasedBytes, process.memoryUsage());
