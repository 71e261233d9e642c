import { type Position, SchemaError } from "../position.js";

/** One token of a schema, with the comments around it. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "symbol" | "end";
  /** As written, quotes included. */
  readonly text: string;
  readonly at: Position;
  /** The comment that ends on the line above. */
  readonly leading: readonly string[];
  /** The comment that follows on the same line. */
  trailing: readonly string[];
}

interface Comment {
  readonly lines: string[];
  lastLine: number;
}

const NONE: readonly string[] = [];

const PATTERN =
  /[ \t\r\n\v\f]+|\/\/[^\n]*|\/\*(?:[^]*?\*\/)?|"(?:\\[^\n]|[^"\\\n])*"|'(?:\\[^\n]|[^'\\\n])*'|\.?[0-9](?:[eE][+-]|[\w.])*|[A-Za-z_]\w*|[^]/gu;

/** Cuts `source` into tokens, of which the last one is its end. Throws a `SchemaError` where none can start. */
export function tokenize(source: string, file: string): Token[] {
  const tokens: Token[] = [];
  let comment: Comment | undefined;
  let line = 1;
  let lineStart = 0;
  const add = (kind: Token["kind"], text: string, at: Position): void => {
    tokens.push({ kind, text, at, leading: comment?.lastLine === line - 1 ? comment.lines : NONE, trailing: NONE });
    comment = undefined;
  };
  for (const match of source.matchAll(PATTERN)) {
    const [text] = match;
    const space = isSpace(text);
    if (!space && !isComment(text)) {
      const at = { file, line, column: match.index - lineStart + 1 };
      add(kindOf(text, at), text, at);
      continue;
    }
    const lines = countLines(text);
    const last = tokens.at(-1);
    if (!space && last?.at.line === line) last.trailing = commentLines(text);
    else if (!space) comment = join(comment, { lines: commentLines(text), lastLine: line + lines }, line);
    if (lines > 0) lineStart = match.index + text.lastIndexOf("\n") + 1;
    line += lines;
  }
  add("end", "", { file, line, column: source.length - lineStart + 1 });
  return tokens;
}

function kindOf(text: string, at: Position): Token["kind"] {
  const letter = text.charCodeAt(0) | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || text[0] === "_") return "name";
  if (/^\.?[0-9]/.test(text)) return "number";
  if (text[0] === '"' || text[0] === "'") {
    if (text.length === 1) throw new SchemaError(at, "a string that does not end");
    return "string";
  }
  if (text === "/*") throw new SchemaError(at, "a comment that does not end");
  if (!"{}=;:[],()<>.+-/".includes(text)) throw new SchemaError(at, `illegal character ${JSON.stringify(text)}`);
  return "symbol";
}

function isSpace(text: string): boolean {
  const code = text.charCodeAt(0);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** A `/*` alone is a comment that does not end. */
function isComment(text: string): boolean {
  return text.length > 1 && text[0] === "/" && text !== "/*";
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
  const lines = text.split("\n").map((line) => line.replace(block ? /^\s*\*? ?/ : /^ /, "").trimEnd());
  const first = lines.findIndex((line) => line.trim() !== "");
  return first < 0 ? [] : lines.slice(first, lines.findLastIndex((line) => line.trim() !== "") + 1);
}
