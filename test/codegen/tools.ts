import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { protoc as program } from "../support/protoc.js";

export const project = fileURLToPath(new URL("../../", import.meta.url));
const bin = join(project, "node_modules/.bin");

/** The folder of schemas that comes with protoc. */
export const googleSchemas = join(project, "node_modules/protoc/include");

/** Runs protoc, and gives what it prints. Throws what it complains of. */
export function protoc(...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: "pipe" });
}

/** Runs buf in a folder, which becomes a workspace of its own, and gives what it prints. */
export function buf(cwd: string, ...args: readonly string[]): string {
  return execFileSync(join(bin, "buf"), args, { cwd, encoding: "utf8", stdio: "pipe" });
}
