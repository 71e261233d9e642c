import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generate } from "../../codegen/generate.js";
import { writeOutputs } from "../../codegen/output.js";
import { folder } from "./folder.js";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a TypeScript file in a process of its own, as one of the project. */
function run(file: string, schemas: string): SpawnSyncReturns<string> {
  const tsx = join(project, "node_modules/tsx/dist/esm/index.mjs");
  const env = { ...process.env, TSX_TSCONFIG_PATH: join(project, "tsconfig.json"), FILES: schemas };
  return spawnSync(process.execPath, ["--import", tsx, file], { encoding: "utf8", env });
}

const CODE = "globalThis.pwned = 1; process.exit(3);";

/** What ends a comment, a string or a line, each with code behind it. */
const ESCAPES = [
  `*/ ${CODE} /*`,
  `"; ${CODE} //`,
  `'; ${CODE} //`,
  `\`; ${CODE} //`,
  `\${(() => { ${CODE} })()}`,
  `\\"; ${CODE} //`,
  `\\`,
  `\u2028${CODE}`,
  `\u2029${CODE}`,
  `<!-- ${CODE} -->`,
  `@default */ ${CODE}`,
];

/** A string literal of `.proto` files with line ends and zeros around it. */
function literal(text: string): string {
  return `"\\n\\r\\0${text.replaceAll(/["\\]/g, "\\$&")}\\n"`;
}

/** Schemas that hold a text wherever there can be one. */
function holding(text: string): string {
  const line = `// ${text}\n`;
  const block = text.includes("*/") ? "" : `/* ${text.replaceAll("/*", "")} */\n`;
  const json = literal(text).replace("\\0", "");
  return `syntax = "proto2"; ${line}package held; ${line}option java_package = ${literal(text)};
${line}message A { ${line}optional string a = 1 [default = ${literal(text)}, json_name = ${json}]; ${line}
  ${block}optional bytes b = 2 [default = ${literal(text)}]; ${line}
  ${line}oneof c { ${line}int32 d = 3; ${line}} ${block}map<string, A> e = 4; extensions 10 to 20; ${line}}
${block}enum E { ${line}Y = 0; ${line}} extend A { ${line}optional string x = 10 [default = ${literal(text)}]; }
${line}service S { ${line}rpc M(A) returns (A) { ${line}} ${block}}`;
}

const CANARY = `const owners = [globalThis, Object, Object.prototype, Array.prototype, Function.prototype, Map.prototype, Promise.prototype];
const keys = () => owners.map((owner) => Reflect.ownKeys(owner).map(String).sort().join()).join(";");
const before = keys();
for (const path of process.env.FILES.split(",")) {
  const { A } = await import(path);
  const a = A.fromBytes(A.toBytes({ a: "1", e: new Map([["__proto__", { a: "2" }]]) }));
  if (a.e.get("__proto__")?.a !== "2") throw new Error("did not come back");
}
console.log(keys() === before ? "clean" : "polluted");`;

describe("text in schemas", () => {
  it("is never code: files that hold escapes from comments and strings leave no trace in the process that imports them", () => {
    const root = folder({ "canary.ts": CANARY, "package.json": '{ "type": "module" }' });
    const files = ESCAPES.map((text, i) => {
      writeFileSync(join(root, `a${i}.proto`), holding(text));
      writeOutputs(generate([join(root, `a${i}.proto`)], [root]), join(root, "gen"));
      return join(root, `gen/a${i}.ts`);
    });
    const { status, stdout, stderr } = run(join(root, "canary.ts"), files.join());
    expect({ status, stdout, stderr }).toStrictEqual({ status: 0, stdout: "clean\n", stderr: "" });
  });
});

describe("imports and packages", () => {
  const EMPTY = 'syntax = "proto3";';

  it.each([
    ["../outside.proto", "must be a plain path"],
    ["in/../../outside.proto", "must be a plain path"],
    ["/etc/hostname", "must be a plain path"],
    ["C:/outside.proto", "must be a plain path"],
    ["file:///etc/hostname", "must be a plain path"],
    ["https://example.com/a.proto", "must be a plain path"],
    ["..\\\\outside.proto", "must be a plain path"],
    ["link.proto", "leads out of"],
    ["links/outside.proto", "leads out of"],
    ["outside.proto", "is not in"],
  ])("stay inside of the import folders: %s is refused", (path, problem) => {
    const root = folder({ "outside.proto": EMPTY, "in/a.proto": `${EMPTY} import "${path}";` });
    symlinkSync(join(root, "outside.proto"), join(root, "in/link.proto"));
    symlinkSync(root, join(root, "in/links"));
    expect(() => generate([join(root, "in/a.proto")], [join(root, "in")])).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^\S+in\/a\.proto:1:27: import /) }),
    );
    expect(() => generate([join(root, "in/a.proto")], [join(root, "in")])).toThrow(problem);
  });

  it("that go in a circle are refused, and a file that two others import is generated once", () => {
    const root = folder({
      "a.proto": `${EMPTY} import "b.proto"; import "c.proto";`,
      "b.proto": `${EMPTY} import "d.proto";`,
      "c.proto": `${EMPTY} import "d.proto";`,
      "d.proto": `${EMPTY} message D {}`,
      "circle.proto": `${EMPTY} import "circle2.proto";`,
      "circle2.proto": `${EMPTY} import "circle.proto";`,
    });
    expect(generate([join(root, "a.proto")], [root]).map(({ path }) => path)).toStrictEqual([
      "d.ts",
      "b.ts",
      "c.ts",
      "a.ts",
    ]);
    expect(() => generate([join(root, "circle.proto")], [root])).toThrow("import cycle: circle.proto → circle2.proto");
  });

  it.each(["c#/x.proto", "100%41.proto", "x?.proto", "x.d.proto", "x.d.fbs"])(
    "lead to no file that nobody could import: %s is refused",
    (path) => {
      const root = folder({ [path]: path.endsWith(".fbs") ? "" : EMPTY });
      expect(() => generate([join(root, path)], [root])).toThrow(`"${path}" cannot be the path of a schema`);
    },
  );

  it.each(["a/../../x", "../x", "a..x", "/x", ".x", "a.\u002e.x"])(
    "lead no output out of its folder: package %s",
    (name) => {
      const root = folder({ "in/a.proto": `${EMPTY} package ${name}; message A {}` });
      expect(() => generate([join(root, "in/a.proto")], [])).toThrow(/^\S+a\.proto:1:\d+: /);
      expect(readdirSync(root)).toStrictEqual(["in"]);
    },
  );

  it("lead no output out of its folder, whatever links stand there", () => {
    const root = folder({ "in/deep/a.proto": `${EMPTY} message A {}` });
    mkdirSync(join(root, "out"));
    symlinkSync(join(root, "in"), join(root, "out/deep"));
    const outputs = generate([join(root, "in/deep/a.proto")], [join(root, "in")]);
    expect(() => writeOutputs(outputs, join(root, "out"))).toThrow("leads out of");
    expect(existsSync(join(root, "in/a.ts"))).toBe(false);
  });
});

const BOMB = `import { generate } from "${project}dist/codegen/generate.js";
let refused = "";
try { generate([process.env.FILES], []); } catch (error) { refused = error.message; }
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, kilobytes: maxRSS, refused }));`;

const BOMBS: readonly (readonly [string, () => string, RegExp])[] = [
  ["200,000 values of an enum", () => `enum E {\n${lines(200_000, (i) => `  VALUE_${i} = ${i};`)}\n}`, /^$/],
  ["5 MB of comment", () => `/* ${"a * / ".repeat(800_000)} */ message A {}\n// ${"b".repeat(5_000_000)}`, /^$/],
  ["3,000 nested messages", () => `${"message A { ".repeat(3000)}${"}".repeat(3000)}`, /:2:\d+: messages nest deeper/],
  ["100,000 nested lists", () => `option (a) = { b: ${"[".repeat(100_000)}`, /:2:\d+: illegal '\['/],
  [
    "20,000 fields of a message",
    () => `message A { ${lines(20_000, (i) => `int32 f${i} = ${i < 18_000 ? i + 1 : i + 9999};`)} }`,
    /^$/,
  ],
];

function lines(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

describe("a schema that is a bomb", () => {
  it.each(BOMBS)(
    "takes less than 5 s and 1 GB: %s",
    (_, text, problem) => {
      const root = folder({ "a.proto": `syntax = "proto3";\n${text()}`, "bomb.mjs": BOMB });
      const env = { ...process.env, FILES: join(root, "a.proto") };
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--max-old-space-size=1024", join(root, "bomb.mjs")],
        { encoding: "utf8", env },
      );
      expect({ status, stderr }).toStrictEqual({ status: 0, stderr: "" });
      // Of the processor, since others may be at work on it; the start of the process is counted, too.
      const { seconds, kilobytes, refused } = JSON.parse(stdout);
      expect(refused).toMatch(problem);
      expect(seconds).toBeLessThan(5);
      expect(kilobytes).toBeLessThan(1024 * 1024);
    },
    60_000,
  );
});
