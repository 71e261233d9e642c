import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(createRequire(import.meta.url).resolve("protoc/package.json"));
const system = new Map([
  ["linux", "linux"],
  ["darwin", "osx"],
  ["win32", "win64.exe"],
]).get(process.platform);
const machine = process.arch === "arm64" ? "-aarch_64" : "-x86_64";

/** The compiler itself: what its package starts is a script that starts it. */
export const protoc = join(folder, "bin", `protoc-${system}${process.platform === "win32" ? "" : machine}`);

/** Whether protoc runs on this machine. */
export const hasProtoc = existsSync(protoc);

/** The schemas that come with protoc. */
export const includes = join(folder, "include");
