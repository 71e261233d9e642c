import { Flatc } from "../../support/flatc.js";
import { read } from "../../support/sources.js";

/** Turns JSON into a buffer and back, for one table of a schema below schemas/. */
export interface Converter {
  /** Numbers that are not finite are written without quotes. Throws with what flatc says. */
  toBinary(json: string): Uint8Array;
  /** The text, in which 64-bit integers are exact. */
  toJson(bytes: Uint8Array): string;
}

/** `table` is the root, `files` are the schema and what it includes. */
export async function flatcFor(table: string, files: readonly string[]): Promise<Converter> {
  const flatc = await Flatc.start();
  for (const file of files) flatc.put(`/${file}`, read(`schemas/${file}`));
  flatc.makeFolder("/out");
  const convert = (...args: readonly string[]): Uint8Array => {
    const problem = flatc.run("--root-type", table, "-o", "/out", ...args);
    if (problem !== undefined) throw new Error(problem);
    return flatc.take(`/out/${flatc.filesIn("/out").join()}`);
  };
  return {
    toBinary(json) {
      flatc.put("/value.json", json);
      return convert("-b", `/${files[0]}`, "/value.json");
    },
    toJson(bytes) {
      flatc.put("/value.bin", bytes);
      const json = convert("--raw-binary", "--strict-json", "--json", `/${files[0]}`, "--", "/value.bin");
      return new TextDecoder().decode(json);
    },
  };
}
