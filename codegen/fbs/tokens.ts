import { type Position, SchemaError } from "../position.js";
import type { Token } from "../text/token.js";
import { DOT, endOfLine, endOfNumber, endOfString, endOfWord, isDigit, isLetter, isSign, isSpace } from "./scan.js";

/** What a name or a number has at most: look-ups and conversions stay quick. */
const MAX_LENGTH = 1000;

const NONE: readonly string[] = [];

/**
 * Cuts a `.fbs` file into tokens as they are asked for, and returns its end as the last one; `leading` is the comment
 * of three slashes before one. Throws a `SchemaError` where none can start.
 */
export function* tokenize(source: string, file: string): Generator<Token, Token> {
  let doc: string[] = [];
  let line = 1;
  let lineStart = 0;
  /** Whether nothing but comments stands before on this line. */
  let fresh = true;
  const next = (kind: Token["kind"], text: string, at: Position): Token => {
    const leading = doc.length === 0 ? NONE : doc;
    doc = [];
    fresh = false;
    return { kind, text, at, leading, trailing: NONE };
  };
  for (let start = 0, end = 0; start < source.length; start = end) {
    const at = { file, line, column: start - lineStart + 1 };
    if (isSpace(source.charCodeAt(start))) {
      end = start + 1;
      if (source[start] !== "\n") continue;
      fresh = true;
    } else if (source.startsWith("//", start)) {
      end = endOfLine(source, start);
      if (source[start + 2] !== "/") continue;
      if (!fresh) throw new SchemaError(at, "a comment of three slashes needs a line of its own");
      doc.push(
        source
          .slice(start + 3, end)
          .replace(/^ /, "")
          .trimEnd(),
      );
      continue;
    } else if (source.startsWith("/*", start)) {
      end = endOfBlock(source, start, at);
    } else {
      const kind = kindOf(source, start, at);
      end = endOf(kind, source, start, at);
      yield next(kind, source.slice(start, end), at);
      continue;
    }
    for (let i = start; i < end; i++) {
      if (source[i] !== "\n") continue;
      line++;
      lineStart = i + 1;
    }
  }
  return next("end", "", { file, line, column: source.length - lineStart + 1 });
}

function kindOf(source: string, start: number, at: Position): Token["kind"] {
  const [code, next] = [source.charCodeAt(start), source.charCodeAt(start + 1)];
  if (isLetter(code)) return "name";
  if (code === DOT) return isDigit(next) ? "number" : "symbol";
  // The sign of a name, as in `-inf`, is a token of its own.
  if (isDigit(code) || (isSign(code) && (isDigit(next) || next === DOT))) return "number";
  if (source[start] === '"' || source[start] === "'") return "string";
  if ("{}()[]<>,:;=".includes(source[start]) || (isSign(code) && isLetter(next))) return "symbol";
  throw new SchemaError(at, `illegal character ${JSON.stringify(String.fromCodePoint(source.codePointAt(start)!))}`);
}

function endOf(kind: Token["kind"], source: string, start: number, at: Position): number {
  if (kind === "string") return endOfString(source, start, at);
  if (kind === "symbol") return start + 1;
  const end = kind === "name" ? endOfWord(source, start) : endOfNumber(source, start);
  if (end - start > MAX_LENGTH) throw new SchemaError(at, `a ${kind} of more than ${MAX_LENGTH} characters`);
  return end;
}

function endOfBlock(source: string, start: number, at: Position): number {
  const end = source.indexOf("*/", start + 2);
  if (end < 0) throw new SchemaError(at, "a comment that does not end");
  return end + 2;
}
