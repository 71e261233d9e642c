import { afterAll, beforeAll, describe, test } from "vitest";
import { hasChromium } from "../../examples/support/chromium.js";
import { cases } from "../contract/cases.js";
import { Lab } from "../support/lab.js";
import { Relay } from "../support/relay.js";
import type { Scenarios } from "./in-page.js";

declare const scenarios: Scenarios;

describe.skipIf(!hasChromium)("in Chromium", () => {
  let lab: Lab;
  let relay: Relay;

  beforeAll(async () => {
    lab = await Lab.open();
    relay = await Relay.start();
  });

  afterAll(async () => {
    await lab.close();
    await relay.close();
  });

  for (const realm of ["page", "worker"] as const) {
    describe(`in a ${realm}`, () => {
      for (const { name } of cases) {
        test(name, () => lab[realm].evaluate(([promise, url]) => scenarios.contract(promise, url), [name, relay.url]));
      }
    });
  }
});
