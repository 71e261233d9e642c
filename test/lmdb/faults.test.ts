import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Lmdb from "lmdb" with { "resolution-mode": "require" };
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TopicLog } from "../../src/index.js";
import { LmdbStore } from "../../src/lmdb/index.js";
import { Script } from "../faults/process.js";
import { eventually } from "../support/eventually.js";
import { openFiles } from "../support/gauges.js";

const EVENTS = 2_000;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-lmdb-"));
  file = join(folder, "data.mdb");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function opened(): Promise<{ store: LmdbStore; log: TopicLog }> {
  const store = await LmdbStore.open(folder);
  return { store, log: logOf(store) };
}

function logOf(store: LmdbStore): TopicLog {
  return store.open("test.Test/Topic", new Uint8Array(1), { events: Infinity, bytes: Infinity, ageMs: Infinity });
}

/** A store with some events that is closed. */
async function fill(): Promise<void> {
  const { store, log } = await opened();
  await Promise.all(Array.from({ length: EVENTS }, async (_, i) => log.append([Buffer.from(`this is event ${i}`)])));
  await store.close();
}

const damages: { readonly [name: string]: () => void } = {
  "is of other bytes": () => writeFileSync(file, Buffer.alloc(100_000, 0x55)),
  "is cut short": () => truncateSync(file, 16_384),
  "is empty": () => truncateSync(file, 0),
  "has other bytes in the middle": () => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xee, 8_192));
  },
};

test.each(Object.entries(damages))(
  "calls a store damaged whose file %s, and leaves it as it is",
  async (_name, damage) => {
    await fill();
    damage();
    const before = readFileSync(file);
    await expect(LmdbStore.open(folder)).rejects.toThrow(
      /^\[data_loss\] the store in .* is damaged: .* Put a copy back/,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  },
);

test("looks for damage where the option for that is undefined", async () => {
  await fill();
  writeFileSync(file, Buffer.alloc(100_000, 0x55));
  await expect(LmdbStore.open(folder, { check: undefined })).rejects.toMatchObject({ code: "data_loss" });
});

test("finds out that one bit of an event is another one, and gives out nothing of it", async () => {
  await fill();
  const bytes = readFileSync(file);
  for (let at = bytes.indexOf("event 1000"); at >= 0; at = bytes.indexOf("event 1000", at + 1)) bytes[at] ^= 1;
  writeFileSync(file, bytes);
  const store = await LmdbStore.open(folder);
  expect(() => logOf(store).read(0, () => true)).toThrow(/^\[data_loss\]/);
  await store.close();
});

test("takes nothing from a store that another process has opened since, and gives it back after that", async () => {
  await fill();
  const { store, log } = await opened();
  const child = new Script(`
    import { LmdbStore } from "millrace/lmdb";
    const store = await LmdbStore.open(${JSON.stringify(folder)});
    const all = { events: Infinity, bytes: Infinity, ageMs: Infinity };
    const log = store.open("test.Test/Topic", new Uint8Array(1), all);
    console.log(await log.append([Buffer.from("of the child")]));
    await store.close();`);
  expect(await child.line()).toBe(String(EVENTS));
  expect(await child.exited).toBe(0);
  await expect(log.append([Buffer.from("late")])).rejects.toThrow(
    /^\[failed_precondition\] the store in .* opened again/,
  );
  await store.close();

  const again = await opened();
  expect(await again.log.append([Buffer.from("next")])).toBe(EVENTS + 1);
  await again.store.close();
});

test("refuses a folder with the database of another program", async () => {
  const lmdb = createRequire(import.meta.url)("lmdb") as typeof Lmdb;
  const other = lmdb.open({ path: folder, noSubdir: false });
  await other.put("settings", "of somebody else");
  await other.close();
  await expect(LmdbStore.open(folder)).rejects.toThrow(/^\[failed_precondition\] .* holds the data of another program/);
});

test("leaves no file open that it refuses", async () => {
  await fill();
  const lmdb = createRequire(import.meta.url)("lmdb") as typeof Lmdb;
  const root = lmdb.open({ path: folder, noSubdir: false, maxDbs: 8 });
  await root
    .openDB({ name: "millrace.meta", keyEncoding: "binary", useVersions: true })
    .put(Buffer.from("epoch"), 1, 1);
  await root.close();
  const before = openFiles();
  await expect(LmdbStore.open(folder)).rejects.toThrow(/^\[data_loss\] .* its epoch is missing/);
  await eventually(openFiles).toBe(before);
});

test("says that a file is unavailable that cannot be looked at in another process", async () => {
  await fill();
  const { execPath } = process;
  process.execPath = join(folder, "gone");
  try {
    await expect(LmdbStore.open(folder)).rejects.toThrow(/^\[unavailable\] .* cannot be opened: see the cause \(spawn/);
  } finally {
    process.execPath = execPath;
  }
});

test("refuses a path that is a file, or where nothing can be made", async () => {
  writeFileSync(join(folder, "a-file"), "");
  await expect(LmdbStore.open(join(folder, "a-file"))).rejects.toThrow(
    /^\[invalid_argument\] .* cannot be opened: give a folder/,
  );
  await expect(LmdbStore.open(join(folder, "a-file", "under-it"))).rejects.toMatchObject({ code: "invalid_argument" });
});

/** Publishes until it fails, says what was acknowledged, and then whether it can go on behind a smaller history. */
const FILL_UP = `
  import { LmdbStore } from "millrace/lmdb";
  const store = await LmdbStore.open(process.env.FOLDER);
  const all = { events: Infinity, bytes: Infinity, ageMs: Infinity };
  const log = store.open("test.Test/Topic", new Uint8Array(1), all);
  let acknowledged = 0;
  try {
    for (;; acknowledged++) await log.append([Buffer.alloc(20_000, acknowledged % 251)]);
  } catch (error) {
    console.log(JSON.stringify({ acknowledged, message: error.message, next: log.next }));
  }
  console.log(await log.append([Buffer.from("short")]).catch((error) => error.code));
  await store.close();`;

const canMount = ((): boolean => {
  const mount = mkdtempSync(join(tmpdir(), "millrace-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount], { stdio: "ignore" });
    execFileSync("umount", [mount]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mount, { recursive: true });
  }
})();

interface Outcome {
  readonly acknowledged: number;
  readonly message: string;
  readonly next: number;
}

async function expectAcknowledged({ acknowledged, message, next }: Outcome): Promise<void> {
  expect(message).toMatch(/^\[unavailable\] .* cannot be written: .* Is the disk full\? Nothing of this was stored/);
  expect([acknowledged > 10, next]).toEqual([true, acknowledged]);
  const { store, log } = await opened();
  const seen: boolean[] = [];
  await log.read(0, (offset, event) => seen.push(event.every((byte) => byte === offset % 251)) < acknowledged);
  expect(seen).toEqual(Array.from({ length: acknowledged }, () => true));
  await store.close();
}

test("loses nothing that it acknowledged when files may grow no more, and starts again", async () => {
  const limited = `ulimit -f 2000; exec "$0" --input-type=module -e "$1"`;
  const env = { ...process.env, FOLDER: folder };
  const output = execFileSync("sh", ["-c", limited, process.execPath, FILL_UP], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await expectAcknowledged(JSON.parse(String(output).split("\n")[0]) as Outcome);
});

test.skipIf(!canMount)("loses nothing that it acknowledged when the disk is full, and starts again", async () => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]);
  try {
    const env = { ...process.env, FOLDER: folder };
    const args = ["--input-type=module", "-e", FILL_UP];
    const output = execFileSync(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] });
    await expectAcknowledged(JSON.parse(String(output).split("\n")[0]) as Outcome);
  } finally {
    execFileSync("umount", [folder]);
  }
});

test.skipIf(!canMount)("refuses a folder that may not be written", async () => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", folder]);
  try {
    await expect(LmdbStore.open(folder)).rejects.toThrow(/^\[permission_denied\] .* let this user write there/);
  } finally {
    execFileSync("umount", [folder]);
  }
});

test("says what to install where the package lmdb is missing", async () => {
  mkdirSync(join(folder, "package"));
  cpSync("dist/src", join(folder, "package"), { recursive: true });
  writeFileSync(join(folder, "package", "package.json"), `{ "type": "module" }`);
  const url = pathToFileURL(join(folder, "package", "lmdb", "index.js")).href;
  const copy = (await import(/* @vite-ignore */ url)) as typeof import("../../src/lmdb/index.js");
  await expect(copy.LmdbStore.open(join(folder, "data"))).rejects.toMatchObject({
    message: expect.stringMatching(/^\[failed_precondition\] .* run npm install lmdb/) as string,
  });
});
