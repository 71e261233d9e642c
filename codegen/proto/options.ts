import { SchemaError } from "../model.js";
import type { Statement } from "./scan.js";
import type { Token } from "./tokens.js";

const BOOLEAN = /^(true|false)$/;
const ANY = /./;

/** The options of fields that Protocol Buffers knows, and what they may be. */
const FIELD_OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ["packed", BOOLEAN],
  ["deprecated", BOOLEAN],
  ["lazy", BOOLEAN],
  ["unverified_lazy", BOOLEAN],
  ["weak", BOOLEAN],
  ["debug_redact", BOOLEAN],
  ["jstype", /^JS_(NORMAL|STRING|NUMBER)$/],
  ["ctype", /^(STRING|CORD|STRING_PIECE)$/],
  ["json_name", /^["']/],
  ["retention", ANY],
  ["targets", ANY],
]);

/** Refuses a misspelt option of a field, which would else be ignored without a word. */
export function checkOptions({ words }: Statement): void {
  for (const [name, equals, value] of optionsOf(words)) {
    if (name === undefined) continue;
    if (name.text === "default") throw new SchemaError(name.at, "proto3 has no default values");
    if (name.text === "(") continue;
    const allowed = FIELD_OPTIONS.get(name.text);
    if (allowed === undefined) throw new SchemaError(name.at, `fields have no option ${name.text}`);
    if (equals?.text !== "=" || value === undefined || !allowed.test(value.text)) {
      throw new SchemaError(value?.at ?? name.at, `${value?.text ?? "nothing"} cannot be the option ${name.text}`);
    }
  }
}

/** The tokens of each option between the outermost brackets. */
function optionsOf(words: readonly Token[]): Token[][] {
  const options: Token[][] = [];
  let depth = 0;
  for (const word of words) {
    if (word.text === "]" || word.text === "}") depth--;
    if (depth === 1 && word.text === ",") options.push([]);
    else if (depth > 0) options.at(-1)?.push(word);
    if (word.text === "[" && depth === 0) options.push([]);
    if (word.text === "[" || word.text === "{") depth++;
  }
  return options;
}
