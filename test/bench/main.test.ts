import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../examples/support/package-root.js";

function bench(...args: string[]) {
  return benchWith(process.env, ...args);
}

function benchWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const argv = ["dist/bench/main.js", ...args];
  return spawnSync(process.execPath, argv, { cwd: packageRoot, env, encoding: "utf8", timeout: 60_000 });
}

test.each([
  ["an unknown suite", ["nosuch"], /unknown suite "nosuch"/],
  ["an unknown flag", ["codec", "--fast"], /--fast/],
  ["no suite", [], /no suite named/],
  ["two suites", ["codec", "rpc"], /one suite at a time/],
])("%s exits with 2 and says so in one line", (_, args, reason) => {
  const { status, stdout, stderr } = bench(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(reason);
});

test("--json writes suite, node, packages and rows, and nothing more", { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  try {
    const file = join(folder, "report.json");
    const { status, stdout, stderr } = bench("frames", "--quick", "--json", file);
    expect(stderr).not.toContain("failed:");
    expect(status).toBe(0);
    const report: Record<string, unknown> = JSON.parse(readFileSync(file, "utf8"));
    expect(Object.keys(report)).toEqual(["suite", "node", "packages", "rows"]);
    expect(report).toMatchObject({ suite: "frames", node: process.versions.node, packages: {} });
    const rows = report["rows"];
    expect(rows).toContainEqual({
      case: "frames 64 B",
      subject: "millrace",
      metric: "parse",
      unit: "ns",
      median: expect.any(Number),
      min: expect.any(Number),
      max: expect.any(Number),
    });
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("syscalls without strace says so, has no rows and exits with 0", () => {
  const { status, stdout, stderr } = benchWith({ ...process.env, PATH: "/nowhere" }, "syscalls", "--quick");
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toContain("left out: all of it: there is no strace");
  expect(stdout).toContain("No peer was measured");
});
