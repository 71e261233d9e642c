import { expect, test } from "vitest";
import { codeOf, importsOf, read, sources } from "./support/sources.js";

/** The rooms of src from the ground up; a file may import from its own room and from those below. */
const ROOMS = [
  "error.ts",
  "bytes",
  "frame",
  "codec",
  "link",
  "rpc",
  "topic",
  "client",
  "server",
  "lmdb",
  "node",
  "browser",
  "testing",
  "index.ts",
];
/** The rooms that run anywhere: they name no Node API and import no package. */
const CORE = new Set([
  "error.ts",
  "bytes",
  "frame",
  "codec",
  "link",
  "rpc",
  "topic",
  "client",
  "server",
  "browser",
  "testing",
  "index.ts",
]);
/** The rooms that are given time, chance and I/O, and never reach for them. */
const SANS_IO = new Set(["bytes", "frame", "codec", "link", "rpc", "topic", "client", "server"]);

const files = sources("src");
const roomOf = (path: string): string => path.split("/")[1];

test("every file stands in a known room", () => {
  expect(files.filter((file) => !ROOMS.includes(roomOf(file)))).toEqual([]);
  expect(files.length).toBeGreaterThan(30);
});

test("imports point down only", () => {
  const upward = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith("src/") && ROOMS.indexOf(roomOf(name)) > ROOMS.indexOf(roomOf(file)))
      .map((name) => `${file} imports ${name}`),
  );
  expect(upward).toEqual([]);
});

test("no room of a transport imports another one", () => {
  const doors = new Set(["node", "browser", "testing"]);
  const across = files.flatMap((file) =>
    importsOf(file)
      .filter((name) => doors.has(roomOf(file)) && doors.has(roomOf(name)) && roomOf(name) !== roomOf(file))
      .map((name) => `${file} imports ${name}`),
  );
  expect(across).toEqual([]);
});

test("there is no import cycle in src or codegen, type imports included", () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    for (const name of importsOf(file)) if (name.endsWith(".ts")) visit(name, [...path, file]);
    done.add(file);
  };
  for (const file of [...files, ...sources("codegen")]) visit(file, []);
  expect(cycles).toEqual([]);
});

test("codegen imports nothing of src, and src nothing from outside itself", () => {
  expect(sources("codegen").flatMap((file) => importsOf(file).filter((name) => name.startsWith("src/")))).toEqual([]);
  expect(
    files.flatMap((file) => importsOf(file).filter((name) => name.endsWith(".ts") && !name.startsWith("src/"))),
  ).toEqual([]);
});

test("the isomorphic core imports no package and names no Node API", () => {
  const core = files.filter((file) => CORE.has(roomOf(file)));
  expect(core.flatMap((file) => importsOf(file).filter((name) => !name.startsWith("src/")))).toEqual([]);
  expect(named(core, /\b(?:Buffer|process|require|__dirname|global|setImmediate|NodeJS)\b/g)).toEqual([]);
});

test("time, chance and scheduling are passed in, never reached for", () => {
  const pure = files.filter((file) => SANS_IO.has(roomOf(file)));
  const reached = /\b(?:Date|Math\.random|crypto|performance|setTimeout|setInterval|setImmediate|queueMicrotask)\b/g;
  // A `Date` made of what is given, and the type, are values like others.
  const given = /\bnew Date\((?!\s*\))|: Date\b/g;
  expect(named(pure, reached, given)).toEqual([]);
});

test("generated code imports values only from millrace/codec, and for topics from millrace/topic", () => {
  const values = sources("schemas/gen").flatMap((file) =>
    [...read(file).matchAll(/^import (?!type)[^;]*? from "([^".][^"]*)"/gm)].map((match) => `${file}: ${match[1]}`),
  );
  expect(values.filter((line) => !/: millrace\/(?:codec|topic)$/.test(line))).toEqual([]);
  expect(values.length).toBeGreaterThan(0);
});

function named(paths: readonly string[], names: RegExp, except?: RegExp): string[] {
  return paths.flatMap((path) => {
    const code = codeOf(read(path));
    const checked = except === undefined ? code : code.replaceAll(except, "");
    return [...checked.matchAll(names)].map((match) => `${path} names ${match[0]}`);
  });
}
