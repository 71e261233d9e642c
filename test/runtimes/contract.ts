import { cases } from "../contract/cases.js";
import { keep, secureTransports, transports } from "../contract/transports.js";
import { cannotTest, Site } from "../support/site.js";

// Keeps the contract in whatever runtime this runs in; the last line says how many promises were kept, and of how many.
const PATIENCE_MS = 20_000;

const site = new Site();
const all = Object.entries({ ...transports, ...(cannotTest("tls") ? {} : secureTransports) });
let kept = 0;
for (const [name, open] of all) {
  for (const promise of cases) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      await Promise.race([keep(promise, open, site), late]);
      kept++;
    } catch (error) {
      console.log(`broken over ${name}: ${promise.name}: ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }
}
site.close();
console.log(`${kept} of ${all.length * cases.length}`);
process.exit(kept === all.length * cases.length ? 0 : 1);
