import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf, read, sources } from "../support/sources.js";
import { Script } from "./process.js";

/** Debian's library that tells a process another time of day than the machine's, and lets its timers be. */
const library = [
  "/usr/lib",
  ...(existsSync("/usr/lib") ? readdirSync("/usr/lib").map((name) => `/usr/lib/${name}`) : []),
]
  .map((folder) => join(folder, "faketime/libfaketime.so.1"))
  .find((path) => existsSync(path));

let folder: string;
let stamp: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-clock-"));
  stamp = join(folder, "stamp");
  setClock(0);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Sets the time of day that the process sees, so many seconds from the machine's. */
function setClock(seconds: number): void {
  writeFileSync(stamp, seconds < 0 ? String(seconds) : `+${seconds}`);
}

test.skipIf(library === undefined)(
  "a clock that is set an hour forth and back ends no call and no link, and no deadline early or late",
  async () => {
    const child = new Script(
      `
      import { connect, listen } from "millrace/node";
      import { Echo } from "./dist/schemas/gen/echo.js";
      const limits = { pingIntervalMs: 50, pingTimeoutMs: 5_000 };
      const server = await listen({ tcp: "127.0.0.1:0", limits });
      const asked = [];
      const unary = ({ id }, call) => {
        console.log("asked");
        return new Promise((resolve) => asked.push({ call, answer: () => resolve({ id }) }));
      };
      const hasTime = ({ remainingMs }) => remainingMs > 0 && remainingMs <= 60_000;
      server.serve(Echo, { unary, produce: () => [], consume: () => ({}), both: (requests) => requests });
      const link = await connect(server.urls[0], { limits });
      const echo = link.client(Echo);
      const before = Date.now();
      const isSet = (sign) => sign * (Date.now() - before) > 3e6;
      const set = async (sign) => { while (!isSet(sign)) await new Promise((resolve) => setTimeout(resolve, 5)); };
      const answered = echo.unary({ id: 7 }, { timeoutMs: 60_000 });
      const late = echo.unary({ id: 8 }, { timeoutMs: 500 });
      await set(1);
      console.log("forth", hasTime(asked[0].call));
      await set(-1);
      const code = await late.catch((error) => error.code);
      const { framesIn } = link.stats;
      while (link.stats.framesIn < framesIn + 3) await new Promise((resolve) => setTimeout(resolve, 10));
      const isInTime = hasTime(asked[0].call);
      asked[0].answer();
      console.log((await answered).id, isInTime, code, link.state);
      await link.close();
      await server.close();`,
      [],
      {
        LD_PRELOAD: library!,
        FAKETIME_TIMESTAMP_FILE: stamp,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      },
    );
    expect([await child.line(), await child.line()]).toEqual(["asked", "asked"]);
    setClock(3600);
    expect(await child.line()).toBe("forth true");
    setClock(-3600);
    expect(await child.line()).toBe("7 true deadline_exceeded open");
    expect(await child.exited).toBe(0);
  },
);

test("nothing in src asks for the time of day, but for how old events on the disk are", () => {
  const asking = /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)/;
  expect(sources("src").filter((path) => asking.test(codeOf(read(path))))).toEqual(["src/lmdb/store.ts"]);
});
