import { expect, test } from "vitest";
import { type Bundle, bundle } from "../../bench/size/bundle.js";
import { CLIENT } from "../../bench/size/suite.js";
import { read } from "../support/sources.js";

/** What a page may have to load before its first line runs. */
const MOST_BYTES = 30.25 * 1024;
/** What no page needs: what is Node's, and what of the package's dependencies is for other places. */
const FOREIGN = /node_modules\/|^dist\/src\/node\//;

const client: Promise<Bundle> = bundle(CLIENT);

test("a page's bundle has nothing in it but the package's own code for browsers", async () => {
  const { files, unresolved } = await client;
  expect(files.filter((file) => FOREIGN.test(file))).toEqual([]);
  expect(unresolved).toEqual([]);
  expect(files).toContain("dist/src/browser/websocket.js");
});

test("what is found there by its name is found when it is there", async () => {
  for (const name of ["ws", "protobufjs/minimal.js", "flatbuffers"]) {
    const { files } = await bundle(`export * from "${name}";`);
    expect(files.some((file) => FOREIGN.test(file))).toBe(true);
  }
  const { unresolved } = await bundle(`export { connect } from "./dist/src/node/index.js";`).catch(({ message }) => ({
    unresolved: [String(message)],
  }));
  expect(unresolved.join()).toContain("node:");
});

test("what JSON takes, and what compares schemas, is not in what a page loads first", async () => {
  const { files, firstBytes, allBytes } = await client;
  expect(files.filter((file) => /\/codec\/(?:json|well-known|flat)\//.test(file))).toEqual([]);
  expect(firstBytes).toBeLessThan(allBytes - 2 * 1024);
});

test("a page without topics has nothing that subscribes, and none has what reads and waits in Node.js", async () => {
  const { files } = await client;
  expect(
    files.filter((file) =>
      /\/src\/topic\/|\/(?:events|subscribe-call|event-sender|ring|pausing|capped-pool|debugging|report|required)\.js$/.test(
        file,
      ),
    ),
  ).toEqual([]);
  const withTopics = await bundle(`${CLIENT} export { Market } from "./dist/schemas/gen/market.js";`);
  expect(withTopics.files).toContain("dist/src/rpc/subscribe-call.js");
});

test("a page loads no more than it did", async () => {
  const { firstBytes } = await client;
  expect(firstBytes).toBeLessThanOrEqual(MOST_BYTES);
});

test("the README says how much a page loads", async () => {
  const { firstBytes, allBytes } = await client;
  const [, first, all] = /loads ([\d.]+) KB, minified and gzipped; ([\d.]+) KB with all/.exec(read("README.md")) ?? [];
  expect(Math.abs(Number(first) - firstBytes / 1024)).toBeLessThan(0.5);
  expect(Math.abs(Number(all) - allBytes / 1024)).toBeLessThan(0.5);
});
