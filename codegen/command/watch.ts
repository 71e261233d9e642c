import { existsSync, type FSWatcher, statSync, watch as watchFolder } from "node:fs";
import { dirname } from "node:path";
import { LoadError } from "../load-error.js";

/** How long nothing must change before it is looked at: editors write a file in several steps. */
const QUIET_MS = 50;

/** Does the work again after `changed`, and calls `onLook` with each file before it reads or misses it. */
export type Work = (changed: readonly string[], onLook: (file: string) => void) => void;

/** Does `work`, and again each time when a file that it looked at has changed, until SIGINT or SIGTERM. */
export function watch(work: Work): Promise<void> {
  const watched = new Watched(work);
  return new Promise((resolve) => {
    const end = (): void => {
      watched.close();
      resolve();
    };
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
    watched.run([]);
  });
}

class Watched {
  readonly #work: Work;
  /** What each file was when it was looked at. */
  #marks = new Map<string, string>();
  /** Folders rather than files, because editors put a new file into the place of an old one. */
  #folders = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  run(changed: readonly string[]): void {
    this.#marks = new Map();
    this.#work(changed, (file) => this.#marks.set(file, markOf(file)));
    this.#watchFolders();
    // What changed before its folder was watched gave no notice.
    this.#lookSoon();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
  }

  #watchFolders(): void {
    const before = this.#folders;
    this.#folders = new Map();
    for (const file of this.#marks.keys()) {
      const folder = existing(dirname(file));
      // A folder that was removed and made again is another one.
      const key = `${folder} ${markOf(folder).split(" ")[0]}`;
      if (this.#folders.has(key)) continue;
      this.#folders.set(key, before.get(key) ?? this.#watchFolder(folder));
      before.delete(key);
    }
    for (const watcher of before.values()) watcher.close();
  }

  #watchFolder(folder: string): FSWatcher {
    try {
      return watchFolder(folder, () => this.#lookSoon()).on("error", () => this.#lookSoon());
    } catch (error) {
      throw new LoadError(`cannot watch ${folder}: ${String(error)}`, { cause: error });
    }
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), QUIET_MS);
  }

  #look(): void {
    const changed = [...this.#marks].filter(([file, mark]) => markOf(file) !== mark).map(([file]) => file);
    if (changed.length > 0) this.run(changed);
  }
}

/** What tells that a file is another one than before. */
function markOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? "missing" : `${stat.dev}:${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** The folder, or the nearest one around it that is there. */
function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}
