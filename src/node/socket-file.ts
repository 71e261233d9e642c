import { type BigIntStats, constants, linkSync, lstatSync, renameSync, rmSync } from "node:fs";
import { chmod, lstat, mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { dirname, join } from "node:path";
import { MillraceError } from "../error.js";
import { socketError } from "./failure.js";

/** By how much the path that a socket is bound to first may be longer than the one it ends up at. */
export const SPARE_BYTES = 9;

/**
 * Makes a listening Unix socket appear at `path` in one step, open to nobody but its owner: `bind` binds it inside a
 * folder that only the owner may enter, there it gets its mode, and a hard link, which replaces nothing, brings it
 * to `path`. (A umask would do for the mode, but it is the whole process's.)
 *
 * Returns what removes the file again, at once, if it is still the same.
 * Rejects with `unavailable` when `path` is taken, and leaves alone what is there, unless it is a socket nobody listens on.
 */
export async function placeSocketFile(
  path: string,
  url: string,
  bind: (path: string) => Promise<void>,
): Promise<() => void> {
  const folder = await mkdtemp(join(dirname(path), ".m")).catch((error: unknown) => {
    throw fileError(error, url);
  });
  try {
    const own = join(folder, "s");
    await bind(own);
    await chmod(own, constants.S_IRUSR | constants.S_IWUSR);
    const found = await stat(path);
    if (found) await checkStale(found, path, url);
    if (found && !removeStale(found, path, join(folder, "stale"))) throw inUse(url);
    linkSync(own, path);
    const placed = await stat(path);
    return () => {
      if (placed) removeOwn(placed, path, folder);
    };
  } catch (error) {
    throw fileError(error, url);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws `unavailable` when what is at `path` is not a socket that nobody listens on. */
async function checkStale(found: BigIntStats, path: string, url: string): Promise<void> {
  if (!found.isSocket()) {
    const detail = `${path} is there and no socket: it is left alone, remove it or choose another path`;
    throw new MillraceError("unavailable", detail);
  }
  if (await answers(path)) throw inUse(url);
}

/**
 * Moves the stale file at `path` aside, to nobody; `false` when another one is there by now. It may have come between the
 * look and the move, and goes back at once: nothing here waits, and what is gone was not `stale`.
 */
function removeStale(stale: BigIntStats, path: string, aside: string): boolean {
  try {
    if (!isSame(stale, lstatSync(path, { bigint: true }))) return false;
    renameSync(path, aside);
    if (isSame(stale, lstatSync(aside, { bigint: true }))) return true;
    linkSync(aside, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Its server has closed after all, or another process has moved it.
    if (code === "ENOENT") return true;
    if (code !== "EEXIST") throw error;
  }
  return false;
}

/** Removes the file by way of `aside`, as a stale one: another server's may be at `path` at any moment. */
function removeOwn(own: BigIntStats, path: string, aside: string): void {
  try {
    removeStale(own, path, aside);
    rmSync(aside, { force: true });
  } catch {
    // This process may have given up the right to; the next server replaces what stays, as that of a dead one.
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"),
    );
  });
}

async function stat(path: string): Promise<BigIntStats | undefined> {
  return lstat(path, { bigint: true }).catch(() => undefined);
}

function isSame(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev && one.mtimeNs === other.mtimeNs;
}

function inUse(url: string): MillraceError {
  const detail = `${url} is in use: stop the process that holds it or choose another path`;
  return new MillraceError("unavailable", detail);
}

function fileError(error: unknown, url: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EEXIST") return inUse(url);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new MillraceError("unavailable", `the folder of ${url} does not exist: make it first`, { cause: error });
  }
  if (code === "EACCES" || code === "EROFS") {
    const detail = `this process may not write to the folder of ${url}`;
    return new MillraceError("unavailable", detail, { cause: error });
  }
  return socketError(error as NodeJS.ErrnoException, url);
}
