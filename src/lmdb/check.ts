import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { once } from "node:events";
import { DAMAGES, damaged } from "./failures.js";

/**
 * Reads all of a file and counts; ends with 3 when LMDB finds it damaged or finds less than there should be, and by a signal
 * when LMDB does not find out.
 */
const READ_ALL = `
const { open } = require(process.argv[1]);
const expectAll = (name, table, count) => {
  if (count !== table.getStats().entryCount) throw Object.assign(new Error(name + " is not whole"), { code: "count" });
};
try {
  const root = open({ path: process.argv[2], noSubdir: false, readOnly: true, maxDbs: 8 });
  const names = [...root.getKeys()];
  expectAll("the list of tables", root, names.length);
  for (const name of names) {
    const table = root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
    let count = 0;
    for (const { value } of table.getRange()) if (value.length >= 0) count++;
    expectAll(name, table, count);
  }
} catch (error) {
  console.log(error.message);
  if (["count", ...process.argv[3].split(",")].includes(String(error.code))) process.exitCode = 3;
}`;

const DAMAGED = 3;

/**
 * Reads the file in the folder `path` in a process of its own, because LMDB trusts what it finds there, and takes the process
 * with it that it runs in. Rejects with `data_loss` when that happens; other troubles are left to who opens the file.
 */
export async function checkFile(path: string): Promise<void> {
  if (!existsSync(join(path, "data.mdb"))) return;
  const lmdb = createRequire(import.meta.url).resolve("lmdb");
  const args = ["-e", READ_ALL, lmdb, path, [...DAMAGES].join()];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal) throw damaged(path, `reading it ended with ${signal}`);
  if (code === DAMAGED) throw damaged(path, output.trim());
}
