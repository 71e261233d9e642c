import { expect, test } from "vitest";
import v8 from "node:v8";
import vm from "node:vm";
import { Echo, type EchoHandlers, type Payload } from "../../schemas/gen/echo.js";
import { describe as textOf } from "../../src/link/report.js";
import { handlers } from "../support/echo.js";
import { PairRig, settle, virtualRuntime } from "../support/rig.js";
import { debugging } from "../../src/rpc/debugging.js";

/** A link in debug mode, and all that is reported of it. */
async function debugRig(own: Partial<EchoHandlers> = {}): Promise<{ rig: PairRig; reports: string[] }> {
  const reports: string[] = [];
  const report = (error: unknown, doing: string): void => void reports.push(`${doing}: ${textOf(error)}`);
  const rig = new PairRig({ runtime: { ...virtualRuntime(), debug: debugging, report, reports } });
  rig.server.serve(Echo, { ...handlers, ...own });
  await settle();
  return { rig, reports };
}

const data = new Uint8Array(100).fill(5);

function collectGarbage(): void {
  v8.setFlagsFromString("--expose-gc");
  (vm.runInNewContext("gc") as () => void)();
}

test("what a handler retained and never released is reported when the link closes, with the place of the retain", async () => {
  const kept: (() => void)[] = [];
  const { rig, reports } = await debugRig({
    unary: function forgetfulHandler(request, call) {
      kept.push(call.retain());
      return request;
    },
  });
  await rig.client.client(Echo).unary({ data });
  expect(reports).toEqual([]);
  await rig.client.close();
  await settle();
  expect(reports.length).toBe(1);
  expect(reports[0]).toMatch(/^the handler of echo.Echo\/Unary: MillraceError: \[internal\] borrowed bytes were never/);
  expect(reports[0]).toContain("forgetfulHandler");
  for (const release of kept) release();
});

test("what a handler retained of a stream is reported when nobody can release it any more", async () => {
  const { rig, reports } = await debugRig({
    async consume(requests, call) {
      for await (const _one of requests) call.retain();
      return {};
    },
  });
  await rig.client.client(Echo).consume([{ data }, {}, { data }]);
  await expect
    .poll(() => {
      collectGarbage();
      return reports.length;
    })
    .toBe(2);
  await rig.client.close();
  await settle();
  expect(reports.length).toBe(2);
});

test("a borrowed answer that was never released is reported with the place of the call", async () => {
  const { rig, reports } = await debugRig();
  const kept: (() => void)[] = [];
  const onBorrowed = (release: () => void): void => void kept.push(release);
  await (function forgetfulCaller() {
    return rig.client.client(Echo).unary({ data }, { bytes: "borrowed", onBorrowed });
  })();
  await rig.client.close();
  await settle();
  expect(reports.length).toBe(1);
  expect(reports[0]).toMatch(/^the caller of echo.Echo\/Unary: /);
  expect(reports[0]).toContain("forgetfulCaller");
  expect(kept.length).toBe(1);
});

test("what was released, and a retain of nothing, are not reported", async () => {
  const kept: (() => void)[] = [];
  const { rig, reports } = await debugRig({
    unary(request, call) {
      kept.push(call.retain(), call.retain());
      return request;
    },
  });
  const echo = rig.client.client(Echo);
  await echo.unary({ data }, { bytes: "borrowed", onBorrowed: (release) => kept.push(release) });
  await echo.unary({ id: 1 });
  expect(kept.length).toBe(5);
  for (const release of kept.slice(0, 3)) release();
  await rig.client.close();
  await settle();
  expect(reports).toEqual([]);
});

test("in debug mode, borrowed bytes are there until they are given back, and then no more", async () => {
  const lengths: number[] = [];
  const late: Payload[] = [];
  const { rig } = await debugRig({
    async consume(requests, call) {
      let release = (): void => {};
      for await (const one of requests) {
        late.push(one);
        if (late.length === 2) release = call.retain();
        lengths.push(...late.map((each) => each.data.length));
      }
      lengths.push(...late.map((each) => each.data.length));
      release();
      return {};
    },
  });
  const echo = rig.client.client(Echo);
  await echo.consume([{ data }, { data }, { data }]);
  expect(lengths).toEqual([100, 0, 100, 0, 100, 100, 0, 100, 0]);
  expect(late.map((each) => each.data.length)).toEqual([0, 0, 0]);
  const options = {
    bytes: "borrowed",
    onBorrowed: (release: () => void) => queueMicrotask(() => setImmediate(release)),
  } as const;
  const answer = await echo.unary({ data }, options);
  expect(answer.data.length).toBe(100);
  await expect.poll(() => answer.data.length).toBe(0);
});
