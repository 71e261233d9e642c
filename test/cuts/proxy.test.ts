import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { dial } from "../faults/raw.js";
import { eventually } from "../support/eventually.js";
import { reset } from "../support/reset.js";
import { Site } from "../support/site.js";
import { Proxy } from "./proxy.js";

/** A connection through the proxy, both ends, and what each heard. */
class Line {
  heard = "";
  readonly errors: string[] = [];

  constructor(readonly socket: net.Socket) {
    socket.setEncoding("utf8").on("data", (text: string) => (this.heard += text));
    socket.on("error", (error: NodeJS.ErrnoException) => this.errors.push(error.code ?? error.message));
  }
}

let site: Site;
let server: net.Server;
let proxy: Proxy;
let served: Line[];
const made: net.Socket[] = [];

beforeAll(() => {
  site = new Site();
});

afterAll(() => site.close());

beforeEach(async () => {
  served = [];
  server = net.createServer({ allowHalfOpen: true }, (socket) => served.push(new Line(socket)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await Proxy.open(`tcp://127.0.0.1:${(server.address() as net.AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.close();
  for (const { socket } of served) socket.destroy();
  for (const socket of made.splice(0)) socket.destroy();
  server.close();
});

async function meet(through = proxy): Promise<{ near: Line; far: Line }> {
  const before = served.length;
  const near = new Line(dial(through.url));
  made.push(near.socket);
  near.socket.allowHalfOpen = true;
  near.socket.write("hello");
  await eventually(() => served[before]?.heard).toBe("hello");
  return { near, far: served[before] };
}

/** What was sent has come as far as it goes when a line made later has been heard both ways. */
async function roundTrip(): Promise<void> {
  const other = await Proxy.open(proxy.target);
  const { near, far } = await meet(other);
  far.socket.write("back");
  await eventually(() => near.heard).toBe("back");
  await other.close();
}

test("carries bytes both ways, and each end's own end", async () => {
  const { near, far } = await meet();
  far.socket.end("bye");
  await eventually(() => near.heard).toBe("bye");
  await eventually(() => near.socket.readableEnded).toBe(true);
  near.socket.end(" and thanks");
  await eventually(() => far.heard).toBe("hello and thanks");
  await eventually(() => [far.socket.readableEnded, proxy.connections]).toEqual([true, 0]);
  expect([near.errors, far.errors]).toEqual([[], []]);
});

test("carries megabytes that are read late, whole", async () => {
  const { near, far } = await meet();
  near.socket.pause();
  const long = "0123456789abcdef".repeat(1 << 18);
  far.socket.end(long);
  await roundTrip();
  near.socket.resume();
  await eventually(() => near.heard.length).toBe(long.length);
  expect(near.heard === long).toBe(true);
});

test("a reset is one at both ends, and the next connection works", async () => {
  const { near, far } = await meet();
  proxy.reset();
  await eventually(() => [near.errors, far.errors]).toEqual([["ECONNRESET"], ["ECONNRESET"]]);
  expect(proxy.connections).toBe(0);
  await meet();
  expect(proxy.accepted).toBe(2);
});

test("one end's reset reaches the other one", async () => {
  const { near, far } = await meet();
  near.socket.resetAndDestroy();
  await eventually(() => far.errors).toEqual(["ECONNRESET"]);
  expect(proxy.connections).toBe(0);
});

test("a connection whose end is on its way can be cut, and leaves no socket open", async () => {
  const { far } = await meet();
  far.socket.end();
  reset(far.socket);
  await once(far.socket, "close");
});

test("what it swallows, an end among it, arrives when it is healed", async () => {
  const { near, far } = await meet();
  proxy.swallow();
  near.socket.end(" there");
  far.socket.write("hi");
  const late = new Line(dial(proxy.url));
  made.push(late.socket);
  late.socket.write("late");
  await once(late.socket, "connect");
  await roundTrip();
  expect([near.heard, far.heard, far.socket.readableEnded]).toEqual(["", "hello", false]);
  const before = served.length;
  proxy.heal();
  await eventually(() => [near.heard, far.heard, far.socket.readableEnded]).toEqual(["hi", "hello there", true]);
  await eventually(() => served.slice(before).map(({ heard }) => heard)).toEqual(["late"]);
});

test("a half-open connection carries one way only", async () => {
  const { near, far } = await meet();
  proxy.suffer({ stopped: ["toServer"] });
  near.socket.write("lost");
  far.socket.write("still here");
  await eventually(() => near.heard).toBe("still here");
  await roundTrip();
  expect(far.heard).toBe("hello");
});

test("delay and throttle make it late and lose nothing, and leave no timer when the connection is cut", async () => {
  const { near, far } = await meet();
  proxy.suffer({ delayMs: 5, bytesPerSecond: 1_000_000 });
  const long = "x".repeat(200_000);
  near.socket.write(long);
  await eventually(() => far.heard.length).toBe(long.length + 5);
  proxy.suffer({ delayMs: 1_000_000 });
  near.socket.write("never");
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  await roundTrip();
  const before = timers();
  proxy.reset();
  expect(timers()).toBe(before - 1);
  expect(far.heard.length).toBe(long.length + 5);
});

test("refuses, and listens again at the same address", async () => {
  const { near } = await meet();
  await proxy.refuse();
  await eventually(() => near.errors).toEqual(["ECONNRESET"]);
  const refused = new Line(dial(proxy.url));
  await eventually(() => refused.errors).toEqual(["ECONNREFUSED"]);
  await proxy.listen();
  await meet();
});

test("before a server that is not there, connections are reset", async () => {
  const nobody = await Proxy.open("unix:///nowhere/at/all", join(site.folder, "proxy.sock"));
  const line = new Line(dial(nobody.url));
  await once(line.socket, "close");
  expect([line.heard, nobody.connections, nobody.accepted]).toEqual(["", 0, 1]);
  await nobody.close();
});
