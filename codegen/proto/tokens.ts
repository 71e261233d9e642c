import { type Position, SchemaError } from "../position.js";
import type { Token } from "../text/token.js";
import { endOf, isDigit, isSpace, isWord } from "./scan.js";

interface Comment {
  readonly lines: string[];
  readonly firstLine: number;
  lastLine: number;
}

const NONE: readonly string[] = [];

/**
 * Cuts `source` into tokens as they are asked for, and returns its end as the last one. Each has its comments when it
 * comes. Throws a `SchemaError` where none can start.
 */
export function* tokenize(source: string, file: string): Generator<Token, Token> {
  let last: Token | undefined;
  let comment: Comment | undefined;
  let line = 1;
  let lineStart = 0;
  const next = (kind: Token["kind"], text: string, at: Position): Token => {
    const isAbove = comment?.lastLine === line - 1 && kind !== "end" && !"}])".includes(text);
    if (!isAbove) attach(comment, last);
    const leading = isAbove ? trimmed(comment?.lines) : NONE;
    comment = undefined;
    return { kind, text, at, leading, trailing: NONE };
  };
  for (let start = 0, end = 0; start < source.length; start = end) {
    end = endOf(source, start);
    const text = source.slice(start, end);
    const space = isSpace(text.charCodeAt(0));
    if (!space && !isComment(text)) {
      const at = { file, line, column: start - lineStart + 1 };
      const token = next(kindOf(text, at), text, at);
      if (last !== undefined) yield last;
      last = token;
      continue;
    }
    if (!space) refuseNested(text, { file, line, column: start - lineStart + 1 });
    const lines = countLines(text);
    if (!space && last?.at.line === line) last.trailing = trimmed(commentLines(text));
    else if (!space) {
      if (comment?.lastLine !== line - 1) attach(comment, last);
      comment = join(comment, { lines: commentLines(text), firstLine: line, lastLine: line + lines }, line);
    }
    if (lines > 0) lineStart = start + text.lastIndexOf("\n") + 1;
    line += lines;
  }
  const end = next("end", "", { file, line, column: source.length - lineStart + 1 });
  if (last !== undefined) yield last;
  return end;
}

function kindOf(text: string, at: Position): Token["kind"] {
  const code = text.charCodeAt(0);
  if (isDigit(code) || (text.length > 1 && text[0] === ".")) return "number";
  if (isWord(code)) return "name";
  if (text[0] === '"' || text[0] === "'") {
    if (text.length === 1) throw new SchemaError(at, "a string that does not end");
    return "string";
  }
  if (text === "/*") throw new SchemaError(at, "a comment that does not end");
  if (!"{}=;:[],()<>.+-/".includes(text)) throw new SchemaError(at, `illegal character ${JSON.stringify(text)}`);
  return "symbol";
}

/** A `/*` alone is a comment that does not end. */
function isComment(text: string): boolean {
  return text.length > 1 && text[0] === "/" && text !== "/*";
}

/** Who opens a comment inside of a comment has forgotten to close one. */
function refuseNested(comment: string, { file, line, column }: Position): void {
  const start = comment.startsWith("/*") ? comment.indexOf("/*", 2) : -1;
  if (start < 0) return;
  const before = comment.slice(0, start);
  const lines = countLines(before);
  const at = { file, line: line + lines, column: lines === 0 ? column + start : start - before.lastIndexOf("\n") };
  throw new SchemaError(at, "a comment starts inside of a comment");
}

/** Comments on lines that follow one another are one comment. */
function join(previous: Comment | undefined, next: Comment, line: number): Comment {
  if (previous?.lastLine !== line - 1) return next;
  for (const text of next.lines) previous.lines.push(text);
  previous.lastLine = next.lastLine;
  return previous;
}

function countLines(text: string): number {
  let lines = 0;
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lines++;
  return lines;
}

/** The text of a comment without its slashes, stars and margins. */
function commentLines(comment: string): string[] {
  const block = comment.startsWith("/*");
  const text = block ? comment.slice(2, -2).replace(/^\*/, "") : comment.replace(/^\/+/, "");
  return text.split("\n").map((line) => line.replace(block ? /^\s*\*? ?/ : /^ /, "").trimEnd());
}

/** Gives a comment to the token on the line above it, if that has none. */
function attach(comment: Comment | undefined, token: Token | undefined): void {
  if (token === undefined || token.trailing.length > 0 || comment?.firstLine !== token.at.line + 1) return;
  token.trailing = trimmed(comment.lines);
}

/** Lines without those at both ends that are empty. */
function trimmed(lines: readonly string[] = NONE): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  return first < 0 ? NONE : lines.slice(first, lines.findLastIndex((line) => line !== "") + 1);
}
