import { spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../support/sources.js";
import type { Part } from "./part.js";

/** A part that is a script of the package, with arguments that depend on the scale; its last line is what was measured. */
export function script(name: string, about: string, args: (scale: number) => readonly string[]): Part {
  return { name, about, run: (scale) => lastLineOf("npm", ["run", "--silent", ...args(scale)]) };
}

/** The last line that a command prints. Rejects with all that it printed when it fails. */
export async function lastLineOf(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = await once(child, "close");
  const lines = output.trim().split("\n");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output.trim()}`);
  return lines.at(-1)!;
}

/** `count` at this scale, as an argument. */
export function scaled(count: number, scale: number): string {
  return String(Math.ceil(count * scale));
}
