import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { once } from "node:events";
import { damaged } from "./failures.js";

/** Reads all of a file; ends with 3 when LMDB finds it damaged, and by a signal when LMDB does not find out. */
const READ_ALL = `
const { open } = require(process.argv[1]);
try {
  const root = open({ path: process.argv[2], noSubdir: false, readOnly: true, maxDbs: 8 });
  for (const name of root.getKeys()) {
    const table = root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
    for (const { value } of table.getRange()) void value.length;
  }
} catch (error) {
  console.log(error.message);
  if (error.code < -30000) process.exitCode = 3;
}`;

const DAMAGED = 3;

/**
 * Reads the file in the folder `path` in a process of its own, because LMDB trusts what it finds there, and takes the process
 * with it that it runs in. Rejects with `data_loss` when that happens; other troubles are left to who opens the file.
 */
export async function checkFile(path: string): Promise<void> {
  if (!existsSync(join(path, "data.mdb"))) return;
  const lmdb = createRequire(import.meta.url).resolve("lmdb");
  const child = spawn(process.execPath, ["-e", READ_ALL, lmdb, path], { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal) throw damaged(path, `reading it ended with ${signal}`);
  if (code === DAMAGED) throw damaged(path, output.trim());
}
