import { type Position, SchemaError } from "../model.js";
import { type Token, tokenize } from "./tokens.js";

/** A statement of a schema: what the parser does not tell, which is where it stands and what is written above it. */
export interface Statement {
  readonly kind: string;
  /** The name it declares, if it declares one. */
  readonly name: string;
  /** Where that name stands. */
  readonly at: Position;
  /** All tokens up to the `;` or `{`. */
  readonly words: readonly Token[];
  readonly doc: readonly string[];
  /** What stands between its braces. */
  readonly body: readonly Statement[];
}

const BLOCKS = new Set(["message", "enum", "service", "oneof", "extend", "rpc"]);
const KEYWORDS = new Set(["syntax", "edition", "package", "import", "option", "reserved", "extensions"]);

/** Finds the statements of a schema. What it cannot make sense of it leaves to the parser. */
export function scan(source: string, file: string): Statement[] {
  const tokens = tokenize(source, file);
  let next = 0;

  function statements(scope: string, depth: number): Statement[] {
    const found: Statement[] = [];
    while (next < tokens.length && tokens[next]?.text !== "}") {
      const start = next;
      const first = tokens[start]!;
      if (depth > 100) throw new SchemaError(first.at, "messages nest deeper than 100");
      const kind = kindOf(scope, tokens, start);
      next = endOfHead(tokens, start, kind === "option");
      const words = tokens.slice(start, next);
      const last = tokens[next++];
      const opens = last?.text === "{";
      const body = opens ? statements(kind, depth + 1) : [];
      if (opens) next++;
      else if (last?.text === "}") next--;
      if (words.length > 0) found.push(statement(kind, words, last, body));
    }
    return found;
  }

  const found = statements("file", 0);
  const rest = tokens[next];
  if (rest !== undefined) throw new SchemaError(rest.at, "'}' closes nothing");
  return found;
}

/** The index of the token that ends what started at `next`: `;`, `}`, or `{` of a body. */
function endOfHead(tokens: readonly Token[], next: number, isOption: boolean): number {
  for (let depth = 0; next < tokens.length; next++) {
    const text = tokens[next]!.text;
    if (depth === 0 && (text === ";" || text === "}" || (text === "{" && !isOption))) break;
    if (text === "[" || text === "{") depth++;
    if (text === "]" || text === "}") depth--;
  }
  return next;
}

/** Keywords are words like others where no keyword can stand, so it depends on what comes next. */
function kindOf(scope: string, tokens: readonly Token[], at: number): string {
  const text = tokens[at]!.text;
  const second = tokens[at + 1]?.text;
  if (scope === "enum") return (text === "option" || text === "reserved") && second !== "=" ? text : "value";
  const third = tokens[at + 2]?.text;
  if (BLOCKS.has(text) && (third === "{" || text === "rpc" || text === "extend")) return text;
  if (KEYWORDS.has(text) && (scope !== "message" || third !== "=" || text === "option")) return text;
  return "field";
}

function statement(
  kind: string,
  words: readonly Token[],
  last: Token | undefined,
  body: readonly Statement[],
): Statement {
  const first = words[0]!;
  const name = nameOf(kind, words) ?? first;
  const doc = first.leading.length > 0 ? first.leading : (last?.trailing ?? []);
  return { kind, name: name.text, at: name.at, words, doc, body };
}

function nameOf(kind: string, words: readonly Token[]): Token | undefined {
  if (kind !== "field" && kind !== "value") return words[1];
  const equals = words.findIndex((word) => word.text === "=");
  return equals > 0 ? words[equals - 1] : undefined;
}
