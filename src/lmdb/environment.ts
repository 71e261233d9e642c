import { randomInt } from "node:crypto";
import { createRequire } from "node:module";
import type * as Lmdb from "lmdb" with { "resolution-mode": "require" };
import { MillraceError } from "../error.js";
import { checkFile } from "./check.js";
import { closed, commitFailed, damaged, openFailed, taken } from "./failures.js";

/** Tables in the file. */
const [CHUNKS, PUBLISHERS, META] = ["millrace.chunks", "millrace.publishers", "millrace.meta"];
const MOST_TABLES = 8;
/** Keys of what is known of the whole file. */
const OWNER = Buffer.from("owner");
const EPOCH = Buffer.from("epoch");
const FLOOR = Buffer.from("floor");
const MOST_EPOCHS = 2 ** 48 - 1;

type Table = Lmdb.Database<Buffer, Buffer>;

/**
 * The one file of a store. Who opened it last owns it: each commit is made only if that is still so, in the transaction
 * itself, so that two processes never give one offset twice.
 */
export class Environment {
  /** Whether commits are over. */
  isClosed = false;
  /** Where new logs start: no offset below it is given again. */
  floor: number;

  private constructor(
    readonly path: string,
    readonly epoch: number,
    private readonly root: Lmdb.RootDatabase,
    readonly chunks: Table,
    readonly publishers: Table,
    private readonly meta: Table,
    private readonly owner: number,
  ) {
    this.floor = meta.getBinary(FLOOR)?.readDoubleLE(0) ?? 0;
  }

  /** Opens the file in the folder `path`, or makes it. Rejects with a `MillraceError` that says what to do. */
  static async open(path: string, isChecked: boolean): Promise<Environment> {
    const { open } = load();
    let root: Lmdb.RootDatabase | undefined;
    try {
      if (isChecked) await checkFile(path);
      // Commits are over when they are on the disk, and one is one batch: what another does beside it has no promise to fail.
      root = open({
        path,
        noSubdir: false,
        overlappingSync: false,
        eventTurnBatching: false,
        maxDbs: MOST_TABLES,
      });
      return await Environment.own(path, root);
    } catch (error) {
      await root?.close();
      throw error instanceof MillraceError ? error : openFailed(path, error);
    }
  }

  private static async own(path: string, root: Lmdb.RootDatabase): Promise<Environment> {
    for (const name of root.getKeys()) {
      if (typeof name === "string" && name.startsWith("millrace.")) continue;
      throw new MillraceError(
        "failed_precondition",
        `${path} holds the data of another program: give a folder of its own`,
      );
    }
    const table = (name: string, useVersions = false): Table =>
      root.openDB({ name, encoding: "binary", keyEncoding: "binary", useVersions });
    const [chunks, publishers, meta] = [table(CHUNKS), table(PUBLISHERS), table(META, true)];
    const owner = randomInt(1, MOST_EPOCHS);
    await made(meta.put(OWNER, Buffer.of(1), owner), path);
    await made(
      meta.ifNoExists(EPOCH, () => void meta.put(EPOCH, numberAsBytes(randomInt(1, MOST_EPOCHS)), 1)),
      path,
    );
    const epoch = meta.getBinary(EPOCH);
    if (epoch?.length !== 8) throw damaged(path, "its epoch is missing");
    return new Environment(path, epoch.readDoubleLE(0), root, chunks, publishers, meta, owner);
  }

  /**
   * Makes the changes that `write` asks the tables for, all or none; resolves when they are on the disk. Rejects with
   * `unavailable` when they cannot be written, with `failed_precondition` when another process has opened the file.
   */
  async commit(write: () => void): Promise<void> {
    const isOwner = await made(this.meta.ifVersion(OWNER, this.owner, write), this.path);
    if (!isOwner) throw taken(this.path);
    this.chunks.resetReadTxn();
  }

  /** Has new logs start at `floor` at least; to be called in a commit's `write`. */
  raiseFloor(floor: number): void {
    this.floor = Math.max(this.floor, floor);
    void this.meta.put(FLOOR, numberAsBytes(this.floor), 1);
  }

  /** Throws `unavailable` when the store is closed. */
  expectOpen(): void {
    if (this.isClosed) throw closed(this.path);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.root.close();
  }
}

/** Resolves like `commit`, whose failure has a cause that nobody else listens to. */
async function made(commit: Promise<boolean>, path: string): Promise<boolean> {
  try {
    return await commit;
  } catch (error) {
    throw await commitFailed(path, error);
  }
}

/** The package, as CommonJS: its types are right as that alone. */
function load(): typeof Lmdb {
  try {
    return createRequire(import.meta.url)("lmdb") as typeof Lmdb;
  } catch (error) {
    const text = "millrace/lmdb needs the package lmdb, which cannot be loaded: run npm install lmdb";
    throw new MillraceError("failed_precondition", text, { cause: error });
  }
}

function numberAsBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}
