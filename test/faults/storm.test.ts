import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../bench/random.js";
import { cannotTest, PROTOCOLS, Site } from "../support/site.js";
import { ON_SOURCES, Script } from "./process.js";
import { Storm } from "./storm.js";

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const [seed, protocol] of PROTOCOLS.entries()) {
  describe.skipIf(cannotTest(protocol))(`over ${protocol}`, () => {
    test("calls that are answered, failed, cancelled, late and cut off at random moments each end once at each end", async () => {
      const storm = new Storm({
        at: site.at(protocol),
        trust: site.trust(protocol),
        random: seededRandom(seed),
        rounds: 12,
      });
      await storm.rage();
      // How many end how depends on the machine; that all end alike would show nothing.
      expect(storm.ends.size).toBeGreaterThan(3);
    });
  });
}

test("a process that goes through such a storm has nothing rejected unhandled, nothing thrown uncaught, and ends by itself", async () => {
  const child = new Script(
    `
    import { seededRandom } from "./bench/random.ts";
    import { Storm } from "./test/faults/storm.ts";
    const surprises = [];
    for (const event of ["unhandledRejection", "uncaughtException", "warning"]) {
      process.on(event, (...what) => surprises.push(event, ...what));
    }
    process.on("exit", () => console.log("surprises:", surprises.map(String).join()));
    for (const protocol of ["tcp", "ws"]) {
      await new Storm({ at: { [protocol]: "127.0.0.1:0" }, trust: {}, random: seededRandom(7), rounds: 9 }).rage();
    }
    globalThis.gc();
    `,
    ON_SOURCES,
  );
  expect(await child.line()).toBe("surprises: ");
  expect(await child.exited).toBe(0);
});
