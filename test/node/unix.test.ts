import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Echo, type EchoHandlers } from "../../schemas/gen/echo.js";
import { connect, createRuntime, listen, type Server } from "../../src/node/index.js";
import { Script } from "../faults/process.js";

let folder: string;
let path: string;
let servers: Server[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-unix-"));
  path = join(folder, "app.sock");
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

async function serve(at = path): Promise<Server> {
  const server = await listen({ unix: at, runtime: createRuntime() });
  servers.push(server);
  return server;
}

/** Leaves the file of a socket at `path` that nobody listens on. */
async function leaveStale(): Promise<void> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, "gone"), resolve));
  linkSync(join(folder, "gone"), path);
  await new Promise((resolve) => server.close(resolve));
}

/** Fails unless a client can connect to `path`. */
async function reach(): Promise<void> {
  const link = await connect(`unix://${path}`);
  expect(link.peer.address).toBe(`unix://${path}`);
  await link.close();
}

test("a Unix socket is there when listen() resolves, answers, and its peers are named by its path", async () => {
  const server = await serve();
  expect(server.urls).toEqual([`unix://${path}`]);
  const peers: string[] = [];
  const echo: EchoHandlers = {
    unary(request, { peer }) {
      peers.push(peer.address);
      return request;
    },
    produce: () => [],
    consume: () => ({}),
    both: () => [],
  };
  server.serve(Echo, echo);
  const link = await connect(server.urls[0]);
  await link.client(Echo).unary({});
  await link.close();
  expect(peers).toEqual([`unix://${path}`]);
});

test("the file is its owner's alone from the first moment, whatever the umask, and nothing else stays in the folder", async () => {
  const umask = process.umask(0);
  const seen = new Set<string>();
  const nested = join(folder, "inner");
  mkdirSync(nested);
  const listening = serve(join(nested, "app.sock"));
  while (servers.length === 0) {
    for (const name of readdirSync(folder)) if (name !== "inner") seen.add(`${name} outside the folder`);
    for (const name of readdirSync(nested)) {
      const mode = lstatSync(join(nested, name), { throwIfNoEntry: false })?.mode ?? 0;
      if (mode !== 0) seen.add(`${name === "app.sock" ? name : "private"} ${(mode & 0o777).toString(8)}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.umask(umask);
  await listening;
  expect([...seen].filter((entry) => entry !== "private 700" && entry !== "app.sock 600")).toEqual([]);
  expect(lstatSync(join(nested, "app.sock")).mode & 0o777).toBe(0o600);
  expect(readdirSync(nested)).toEqual(["app.sock"]);
});

test("the file that a dead server left is replaced", async () => {
  await leaveStale();
  await expect(connect(`unix://${path}`)).rejects.toThrow(`[unavailable] nothing listens on unix://${path}`);
  await serve();
  await reach();
  expect(readdirSync(folder)).toEqual(["app.sock"]);
});

test("the file of a server whose process was killed is replaced", async () => {
  const child = new Script(`
    import { listen } from "millrace/node";
    console.log((await listen({ unix: ${JSON.stringify(path)} })).urls[0]);`);
  expect(await child.line()).toBe(`unix://${path}`);
  child.process.kill("SIGKILL");
  await child.exited;
  expect(readdirSync(folder)).toEqual(["app.sock"]);
  await serve();
  await reach();
});

test("a path whose server closes while another one looks at it is free for that one", async () => {
  await leaveStale();
  const connecting = vi.spyOn(net, "connect").mockImplementationOnce((...args: unknown[]) => {
    connecting.mockRestore();
    rmSync(path);
    return net.connect(...(args as [string, () => void]));
  });
  await serve();
  await reach();
});

test("of many servers that find a dead one's file at once, one gets the path and the others are told", async () => {
  await leaveStale();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => serve()));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.length).toBe(19);
  for (const { reason } of refused) expect(String(reason)).toContain(`[unavailable] unix://${path} is in use`);
  await reach();
  expect(readdirSync(folder)).toEqual(["app.sock"]);
});

test("a path that another server listens on is in use, and that server goes on", async () => {
  await serve();
  await expect(serve()).rejects.toThrow(`[unavailable] unix://${path} is in use: stop the process that holds it`);
  await reach();
});

const others: { what: string; make: () => void }[] = [
  { what: "file", make: () => writeFileSync(path, "precious") },
  { what: "folder", make: () => mkdirSync(path) },
  { what: "link to a file", make: () => symlinkSync(join(folder, "elsewhere"), path) },
];

for (const { what, make } of others) {
  test(`a ${what} at the path is left alone, and one clear error`, async () => {
    make();
    const before = lstatSync(path).ino;
    await expect(serve()).rejects.toThrow(`[unavailable] ${path} is there and no socket: it is left alone`);
    expect(lstatSync(path).ino).toBe(before);
    if (what === "file") expect(readFileSync(path, "utf8")).toBe("precious");
    expect(readdirSync(folder)).toEqual(["app.sock"]);
  });
}

test("closing removes the file", async () => {
  const server = await serve();
  await server.close();
  expect(readdirSync(folder)).toEqual([]);
  await expect(connect(`unix://${path}`)).rejects.toThrow(`[unavailable] nothing listens on unix://${path}`);
});

test("closing leaves the file alone when another server's is there by now", async () => {
  const first = await serve();
  rmSync(path);
  await serve();
  await first.close();
  await reach();
});

test("closing leaves the file alone that another server puts there at that moment", async () => {
  const soon = async (): Promise<Server> => serve().catch(soon);
  let last = await serve();
  for (let round = 0; round < 30; round++) {
    const next = soon();
    for (let turn = 0; turn < round % 7; turn++) await new Promise((resolve) => setImmediate(resolve));
    await last.close();
    last = await next;
    await reach();
  }
});

test("a path that cannot be one is one clear error at either end", async () => {
  const long = join(folder, "x".repeat(120));
  await expect(serve(long)).rejects.toThrow(`[invalid_argument] ${long} is too long for a Unix socket`);
  await expect(connect(`unix://${long}`)).rejects.toThrow("[invalid_argument]");
  await expect(serve("")).rejects.toThrow("[invalid_argument]");
  await expect(serve(`${path}\0`)).rejects.toThrow("[invalid_argument]");
  await expect(connect("unix://")).rejects.toThrow("[invalid_argument]");
  const nowhere = join(folder, "none", "app.sock");
  await expect(serve(nowhere)).rejects.toThrow(`[unavailable] the folder of unix://${nowhere} does not exist`);
  writeFileSync(path, "");
  await expect(connect(`unix://${path}`)).rejects.toThrow("[unavailable]");
});

test("the longest path that listen() takes can be connected to", async () => {
  const most = process.platform === "linux" ? 98 : 94;
  const deep = join(folder, "y".repeat(most - Buffer.byteLength(folder) - 3));
  mkdirSync(deep);
  for (const longest of [join(deep, "s"), `${deep}zz`]) {
    path = longest;
    await serve(path);
    await reach();
  }
  await expect(serve(`${path}z`)).rejects.toThrow(`at most ${most} bytes`);
});

test("a server that may not remove its file any more drains and closes all the same", async () => {
  chmodSync(folder, 0o755);
  const child = new Script(`
    import { chmodSync } from "node:fs";
    import { connect, listen } from "millrace/node";
    import { Echo } from "./dist/schemas/gen/echo.js";
    const server = await listen({ unix: ${JSON.stringify(path)} });
    const hang = () => new Promise(() => {});
    server.serve(Echo, { unary: hang, produce: () => [], consume: hang, both: () => [] });
    const link = await connect(server.urls[0], { reconnect: false });
    const call = link.client(Echo).unary({}).catch(({ code }) => code);
    if (process.getuid() === 0) process.seteuid(65534);
    else chmodSync(${JSON.stringify(folder)}, 0o555);
    await server.drain({ graceMs: 300 });
    console.log(await call);`);
  expect(await child.line()).toBe("unavailable");
  expect(await child.exited).toBe(0);
  chmodSync(folder, 0o755);
  await serve();
  await reach();
});
