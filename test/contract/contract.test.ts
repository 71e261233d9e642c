import { afterAll, beforeAll, describe, test } from "vitest";
import { cannotTest, Site } from "../support/site.js";
import { cases } from "./cases.js";
import { keep, secureTransports, transports } from "./transports.js";

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

for (const [name, open] of Object.entries({ ...transports, ...secureTransports })) {
  describe.skipIf(name in secureTransports && cannotTest("tls"))(name, () => {
    for (const promise of cases) test(promise.name, () => keep(promise, open, site));
  });
}
