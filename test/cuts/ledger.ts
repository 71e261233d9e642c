import { closeSync, openSync, readFileSync } from "node:fs";

/** What servers wrote down, whether they still live or not. */
export class LedgerFile {
  private read = 0;
  private readonly counts = new Map<string, number>();

  constructor(readonly path: string) {
    closeSync(openSync(path, "w"));
  }

  /** How often this stands there: `started 7`, `done 7`, `message 7`. */
  count(line: string): number {
    return this.counts.get(line) ?? 0;
  }

  /** Everything that was written so far, with how often. */
  get all(): ReadonlyMap<string, number> {
    return this.counts;
  }

  /** Reads what has come since. A line that was cut off in the middle was not written. */
  refresh(): void {
    const text = readFileSync(this.path, "utf8");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(this.read, end).split("\n")) {
      if (line !== "") this.counts.set(line, this.count(line) + 1);
    }
    this.read = end;
  }
}
