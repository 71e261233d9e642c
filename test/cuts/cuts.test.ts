import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { root } from "../support/sources.js";

const CYCLES = 25;

test("calls of all kinds end once and truly while their servers are killed, stopped and drained and their networks cut, and nothing is left", {
  timeout: 120_000,
}, async () => {
  const args = ["--import", "tsx", "test/cuts/main.ts", "--cycles", String(CYCLES), "--seed", "1"];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = await once(child, "close");
  expect(output).toContain(`${CYCLES} cycles from seed 1 passed`);
  expect(code, output).toBe(0);
});
