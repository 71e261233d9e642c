import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasChromium } from "../../examples/support/chromium.js";
import { UnwatchedPage } from "../../examples/support/unwatched-page.js";
import { listen, type Server } from "../../src/node/index.js";
import { Proxy } from "../cuts/proxy.js";
import { Lab } from "../support/lab.js";

/** Has a page evaluate an expression. */
type Run = (expression: string) => Promise<unknown>;

/** How long a link may wait for its second attempt and for its third. */
const WAITS_MS = [1_200, 1_920];

// The time of these links stands still: what makes an attempt is what the browser says.
describe.skipIf(!hasChromium)("a link that waits in Chromium", () => {
  let lab: Lab;
  let server: Server;
  let proxy: Proxy;

  beforeAll(async () => {
    lab = await Lab.open("test/browser/faults-in-page.ts");
  });

  afterAll(() => lab.close());

  beforeEach(async () => {
    server = await listen({ ws: "127.0.0.1:0", origins: [lab.origin] });
    proxy = await Proxy.open(server.urls[0]);
  });

  afterEach(async () => {
    await proxy.close();
    await server.close();
  });

  /** Lets the page of `run` have a link that has lost its server, and waits for more than a second longer. */
  async function strand(run: Run): Promise<void> {
    await run(`faults.connect("${proxy.url}", {}, true)`);
    await proxy.refuse();
    const waits = ["waiting"];
    await states(run).toEqual(["open", ...waits]);
    for (const ms of WAITS_MS) {
      await run(`faults.pass(${ms})`);
      waits.push("connecting", "waiting");
      await states(run).toEqual(["open", ...waits]);
    }
    await run("faults.pass(1_000)");
    await proxy.listen();
  }

  /** The link's states; what is due at this moment runs. */
  const states = (run: Run) => expect.poll(() => run("faults.pass(0), faults.states()"), { timeout: 10_000 });

  async function isBack(run: Run): Promise<void> {
    await states(run).toHaveLength(8);
    expect(await run("faults.states().slice(-2)")).toEqual(["connecting", "open"]);
    await run('faults.end("close")');
  }

  test("tries again when the browser is online again", async () => {
    const run: Run = (expression) => lab.page.evaluate(expression);
    const context = lab.page.context();
    await strand(run);
    await context.setOffline(true);
    expect(await run("faults.pass(0), faults.states().at(-1)")).toBe("waiting");
    await context.setOffline(false);
    await isBack(run);
  });

  // Developer tools take a page offline, not its workers.
  test("tries again when its worker is told that the browser is online again", async () => {
    const run: Run = (expression) => lab.worker.evaluate(expression);
    await strand(run);
    await run('dispatchEvent(new Event("online"))');
    await isBack(run);
  });

  test("tries again when its page is looked at again", async () => {
    const [page, other] = await Promise.all(
      [1, 2].map(() => UnwatchedPage.open(lab.chromium, `${lab.origin}/index.html`, "faults")),
    );
    const run: Run = (expression) => page.run(expression);
    await page.show();
    await strand(run);
    await other.show();
    await expect.poll(() => run("document.hidden")).toBe(true);
    expect(await run("faults.pass(0), faults.states().at(-1)")).toBe("waiting");
    await page.show();
    await isBack(run);
  });
});
