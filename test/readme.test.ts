import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../examples/support/bundle.js";
import { hasChromium, startChromium } from "../examples/support/chromium.js";
import { Pages } from "../examples/support/pages.js";
import { Authority, canMakeCertificates } from "./support/certificates.js";
import { read, root } from "./support/sources.js";

const readme = read("README.md");
/** The README, and the pages that go on where it ends. */
const page = [readme, read("docs/messages.md"), read("docs/calls.md")].join("\n");
const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
let folder: string;
let server: ChildProcess;

/** The code block that follows the mention of a file's name. */
function snippet(file: string): string {
  const found = new RegExp(`\`${file}\`:\\n\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``).exec(page);
  if (!found) throw new Error(`no page has ${file}`);
  return found[1];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-readme-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/millrace"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "hello.proto"), snippet("hello.proto"));
  writeFileSync(join(folder, "server.ts"), snippet("server.ts").replaceAll(/127\.0\.0\.1:700\d/g, "127.0.0.1:0"));
  writeFileSync(join(folder, "client.ts"), snippet("client.ts"));
  writeFileSync(join(folder, "guarded.ts"), snippet("guarded.ts").replace("127.0.0.1:7002", "127.0.0.1:0"));
  const [, command] = /npx millrace (gen .*)/.exec(page) ?? [];
  execFileSync(process.execPath, [join(root, "dist/codegen/main.js"), ...command.split(" ")], { cwd: folder });
  server = spawn(process.execPath, [tsx, "server.ts"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
}, 60_000);

afterAll(() => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("the first service of the README runs as it is printed there, over TCP and WebSocket", async () => {
  const line = await new Promise<string>((resolve) =>
    server.stdout?.once("data", (data: Buffer) => resolve(String(data))),
  );
  const urls = [...line.matchAll(/\w+:\/\/\S+/g)].map(([url]) => url);
  expect(urls.map((url) => url.split(":")[0])).toEqual(["tcp", "ws"]);
  for (const url of urls) {
    const output = execFileSync(process.execPath, [tsx, "client.ts", url], { cwd: folder, encoding: "utf8" });
    expect(output).toBe("Hello, Ada!\n1\n2\n3\n[invalid_argument] tell me your name\n");
  }
}, 60_000);

test.skipIf(!hasChromium)(
  "the page of the README shows what it counts",
  async () => {
    const files: { [path: string]: string } = {
      "/index.html": '<body><script type="module" src="/page.js"></script></body>',
    };
    const pages = await Pages.serve(files);
    const text = snippet("server.ts").replace("127.0.0.1:7001", "127.0.0.1:0");
    const address = text.replace('tcp: "127.0.0.1:7000", ', "").replace(" });", `, origins: ["${pages.origin}"] });`);
    writeFileSync(join(folder, "page-server.ts"), address);
    const own = spawn(process.execPath, [tsx, "page-server.ts"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const line = await new Promise<string>((resolve) => own.stdout.once("data", (data) => resolve(String(data))));
    const [url] = /ws:\/\/\S+/.exec(line) ?? [""];
    const chromium = await startChromium();
    try {
      writeFileSync(join(folder, "page.ts"), snippet("page.ts").replace("ws://127.0.0.1:7001", url));
      files["/page.js"] = await bundle(join(folder, "page.ts"));
      const shown = await chromium.newPage();
      await shown.goto(`${pages.origin}/index.html`);
      await shown.getByText("1 2 3").waitFor({ timeout: 20_000 });
    } finally {
      await chromium.close();
      await pages.close();
      own.kill();
    }
  },
  60_000,
);

test("the interceptors of docs/calls.md run as they are printed there, and the process ends by itself", () => {
  const output = execFileSync(process.execPath, [tsx, "guarded.ts"], { cwd: folder, encoding: "utf8" });
  expect(output.trim().split("\n").sort()).toEqual([
    "1",
    "2",
    "Hello, Ali!",
    "[unauthenticated] what is the word?",
    "answered hello.Greeter/Count",
    "answered hello.Greeter/Greet",
  ]);
}, 60_000);

test("the errors of docs/calls.md are what is printed there", () => {
  const text = snippet("errors.ts");
  writeFileSync(join(folder, "errors.ts"), text.replace("127.0.0.1:7006", "127.0.0.1:0"));
  const output = execFileSync(process.execPath, [tsx, "errors.ts"], { cwd: folder, encoding: "utf8" });
  const printed = [...text.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, line]) => line);
  expect(printed).toHaveLength(3);
  expect(output.trim().split("\n")).toEqual(printed);
}, 60_000);

test("the JSON of docs/messages.md is what is printed there", () => {
  const text = snippet("json.ts");
  writeFileSync(join(folder, "json.ts"), text);
  const output = execFileSync(process.execPath, [tsx, "json.ts"], { cwd: folder, encoding: "utf8" });
  const printed = [...text.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, line]) => line);
  expect(printed).toHaveLength(6);
  expect(output.trim().split("\n")).toEqual(printed);
}, 60_000);

test("the FlatBuffers of docs/messages.md are read, and print what is printed there", () => {
  const text = snippet("curve.ts");
  writeFileSync(join(folder, "curve.fbs"), snippet("curve.fbs"));
  writeFileSync(join(folder, "curve.ts"), text.replace("127.0.0.1:7003", "127.0.0.1:0"));
  const [, command = ""] = /npx millrace (gen curve.*)/.exec(page) ?? [];
  execFileSync(process.execPath, [join(root, "dist/codegen/main.js"), ...command.split(" ")], { cwd: folder });
  const output = execFileSync(process.execPath, [tsx, "curve.ts"], { cwd: folder, encoding: "utf8" });
  const printed = [...text.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, line]) => line);
  expect(printed).toHaveLength(4);
  expect(output.trim().split("\n")).toEqual(printed);
}, 60_000);

test("the topic of the README runs as it is printed there, and prints what is printed there", () => {
  const text = snippet("ticks.ts");
  writeFileSync(join(folder, "ticks.proto"), snippet("ticks.proto"));
  writeFileSync(join(folder, "ticks.ts"), text.replace("127.0.0.1:7004", "127.0.0.1:0"));
  const [, command = ""] = /npx millrace (gen ticks.*)/.exec(page) ?? [];
  execFileSync(process.execPath, [join(root, "dist/codegen/main.js"), ...command.split(" ")], { cwd: folder });
  const output = execFileSync(process.execPath, [tsx, "ticks.ts"], { cwd: folder, encoding: "utf8" });
  const printed = [...text.matchAll(/console\.log\(.*\/\/ (.*)/g)].map(([, line]) => line);
  expect(printed).toHaveLength(3);
  expect(output.trim().split("\n")).toEqual(printed);
}, 60_000);

test.skipIf(!canMakeCertificates)(
  "the secure addresses of docs/calls.md work as they are printed there",
  () => {
    const authority = new Authority("README");
    const { key, cert } = authority.issue("app", ["DNS:localhost"]);
    for (const [file, pem] of Object.entries({ "app.key": key, "app.crt": cert, "ca.crt": authority.cert })) {
      writeFileSync(join(folder, file), pem);
    }
    const port = "localhost:0";
    const text = snippet("secure.ts")
      .replace("localhost:7443", port)
      .replace('"tls://localhost:7443"', "server.urls[1]")
      .replaceAll("/run/app.sock", join(folder, "app.sock"));
    writeFileSync(join(folder, "secure.ts"), text);
    const output = execFileSync(process.execPath, [tsx, "secure.ts"], { cwd: folder, encoding: "utf8" });
    expect(output).toBe("O=Mill,CN=app\na process of the same user\n");
    authority.close();
  },
  60_000,
);

test("the commands of the README are scripts of the package", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: { [name: string]: string } };
  const named = [...readme.matchAll(/npm (?:run )?(demo|test|bench|check)\b/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(["demo", "test", "bench", "check"]));
  for (const name of named) expect(scripts[name]).toBeTruthy();
});
