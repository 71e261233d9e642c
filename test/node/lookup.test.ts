import type { LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { clockAt } from "../support/clock-at.js";
import { eventually } from "../support/eventually.js";

type Found = Parameters<LookupFunction>[2];

/** What a lookup may do instead of finding an address: at once, or later, when nobody is there to catch what that throws. */
const FAILURES: readonly (readonly [what: string, fail: (done: Found) => void, says: string])[] = [
  ["finds no address", (done) => done(null, []), "the host of tcp://mill.test:"],
  ["finds no address later", (done) => void setImmediate(done, null, []), "the host of tcp://mill.test:"],
  [
    "throws",
    () => {
      throw new Error("the registry is down");
    },
    "the registry is down",
  ],
];

test.each(FAILURES)("a lookup that %s makes no connection, and the next one may", async (_what, fail, says) => {
  const server = await listen({ tcp: "127.0.0.1:0" });
  const { port } = new URL(server.urls[0]);
  let lookups = 0;
  const lookup: LookupFunction = (_host, _options, done) => {
    if (lookups++ === 0) fail(done);
    else done(null, [{ address: "127.0.0.1", family: 4 }]);
  };
  const runtime = createRuntime({ clock: clockAt(20) });
  const link = await connect(`tcp://mill.test:${port}`, { lookup, runtime, waitForReady: true });
  const reasons: string[] = [];
  link.onState((_state, reason) => reason && reasons.push(reason.text));
  await eventually(() => link.state).toBe("open");
  expect(reasons.every((text) => text.includes(says))).toBe(true);
  await expect(connect(`tcp://mill.test:${port}`, { lookup: (_host, _options, done) => fail(done) })).rejects.toThrow(
    says,
  );
  await link.close();
  await server.close();
});

test.each(["tcp", "tls", "ws"])(
  "over %s, why none of a name's addresses can be connected to is said of each",
  async (protocol) => {
    // TCP goes to no groups.
    const lookup: LookupFunction = (_host, _options, done) => {
      done(
        null,
        ["224.0.0.1", "224.0.0.2"].map((address) => ({ address, family: 4 })),
      );
    };
    const { message } = await connect(`${protocol}://mill.test:7000`, { lookup }).then(
      () => new Error("it connected"),
      (error: Error) => error,
    );
    expect(message).toMatch(
      /^\[unavailable\] \w+:\/\/mill\.test:7000: connect \w+ 224\.0\.0\.[12]:7000.*, connect \w+ 224/,
    );
  },
);
