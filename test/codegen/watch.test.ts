import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folder } from "./folder.js";
import { start } from "./millrace.js";

const WATCHING = /up to date after \d+ ms; watching\n$/;
const WRONG = /not up to date; watching\n$/;

function message(name: string, more = ""): string {
  return `syntax = "proto3"; ${more} message ${name} {}`;
}

describe("millrace gen --watch", () => {
  it("generates at once, again when a schema or an import changes, and ends with 0", async () => {
    const root = folder({ "a.proto": message("A", 'import "sub/b.proto";'), "sub/b.proto": message("B") });
    const running = start(root, "gen", "a.proto", "--out", "gen", "--watch");
    expect(await running.until(WATCHING)).toMatch(/^ {2}gen\/sub\/b\.ts\n {2}gen\/a\.ts\nup to date/);
    writeFileSync(join(root, "sub/b.proto"), message("C"));
    expect(await running.until(WATCHING)).toMatch(/^sub\/b\.proto changed\n {2}gen\/sub\/b\.ts\nup to date/);
    expect(readFileSync(join(root, "gen/sub/b.ts"), "utf8")).toContain("interface C");
    writeFileSync(join(root, "a.proto"), message("D"));
    expect(await running.until(WATCHING)).toMatch(/^a\.proto changed\n {2}gen\/a\.ts\nup to date/);
    expect(await running.end("SIGINT")).toBe(0);
  });

  it("goes on after mistakes, and when a missing import appears, in a folder that was not there", async () => {
    const root = folder({ "a.proto": message("A", 'import "new/b.proto";') });
    const running = start(root, "gen", "a.proto", "--out", "gen", "--watch");
    expect(await running.until(WRONG)).toContain('a.proto:1:27: import "new/b.proto" is not in .');
    mkdirSync(join(root, "new"));
    writeFileSync(join(root, "new/b.proto"), "syntax");
    expect(await running.until(WRONG)).toContain("new/b.proto:1:7: ");
    writeFileSync(join(root, "new/b.proto"), message("B"));
    expect(await running.until(WATCHING)).toContain("  gen/a.ts\n");
    expect(await running.end("SIGTERM")).toBe(0);
  });

  it("sees files that editors replace, and folders that are made again", async () => {
    const root = folder({ "in/a.proto": message("A"), "b.proto": message("B") });
    const running = start(root, "gen", "in/a.proto", "--out", "gen", "--watch");
    await running.until(WATCHING);
    renameSync(join(root, "b.proto"), join(root, "in/a.proto"));
    expect(await running.until(WATCHING)).toContain("in/a.proto changed\n");
    expect(readFileSync(join(root, "gen/a.ts"), "utf8")).toContain("interface B");
    rmSync(join(root, "in"), { recursive: true });
    expect(await running.until(WRONG)).toContain("millrace: in/a.proto: no such schema\n");
    mkdirSync(join(root, "in"));
    writeFileSync(join(root, "in/a.proto"), message("C"));
    await running.until(WATCHING);
    writeFileSync(join(root, "in/a.proto"), message("LastOne"));
    await running.until(WATCHING);
    expect(readFileSync(join(root, "gen/a.ts"), "utf8")).toContain("interface LastOne");
    expect(await running.end("SIGTERM")).toBe(0);
  });

  it("does not see its own output, nor other files", async () => {
    const root = folder({ "a.proto": message("A") });
    const running = start(root, "gen", "a.proto", "--out", ".", "--watch");
    await running.until(WATCHING);
    writeFileSync(join(root, "other.txt"), "other");
    writeFileSync(join(root, "a.proto"), message("Second"));
    expect(await running.until(WATCHING)).toMatch(/^a\.proto changed\n {2}a\.ts\nup to date after \d+ ms; watching\n$/);
    expect(await running.end("SIGTERM")).toBe(0);
  });
});
