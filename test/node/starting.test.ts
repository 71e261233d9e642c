import dns from "node:dns";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, listen } from "../../src/node/index.js";
import { handlers } from "../support/echo.js";
import { eventually } from "../support/eventually.js";
import { Site } from "../support/site.js";

let site: Site;

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

test("who connects before a server listens at all its addresses is refused as unavailable, and never told that nothing is implemented", async () => {
  const path = join(site.folder, "early.sock");
  let answer: (() => void) | undefined;
  const lookup = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
    const done = args.at(-1) as (error: null, ...found: unknown[]) => void;
    const wantsAll = (args[1] as { all?: boolean }).all === true;
    answer = () => (wantsAll ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4));
  });
  const starting = listen({ unix: path, ws: "slow.invalid:0" });
  await eventually(() => answer !== undefined).toBe(true);
  lookup.mockRestore();
  const early = connect(`unix://${path}`);
  await expect(early).rejects.toMatchObject({ code: "unavailable", text: "the server is starting" });
  const patient = await connect(`unix://${path}`, { waitForReady: true });
  answer!();
  const server = await starting;
  server.serve(Echo, handlers);
  expect((await patient.client(Echo).unary({ id: 5 })).id).toBe(5);
  await patient.close();
  await server.close();
});
