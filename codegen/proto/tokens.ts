import { type Position, SchemaError } from "../model.js";

/** One token of a schema, with the comments around it. */
export interface Token {
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

const PATTERN =
  /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|[{}=;:[\],()<>]|[^\s{}=;:[\],'"()<>/]+|[^]/gy;

/** Cuts `source` into tokens. Throws a `SchemaError` where none can start. */
export function tokenize(source: string, file: string): Token[] {
  const tokens: Token[] = [];
  let comment: Comment | undefined;
  let line = 1;
  let lineStart = 0;
  for (const match of source.matchAll(PATTERN)) {
    const [text] = match;
    const last = tokens.at(-1);
    const at = { file, line, column: match.index - lineStart + 1 };
    const lastLine = line + countLines(text);
    if (match.groups?.["comment"] !== undefined) {
      if (last !== undefined && last.at.line === line) last.trailing = commentLines(text);
      else comment = join(comment, { lines: commentLines(text), lastLine }, line);
    } else if (match.groups?.["space"] === undefined) {
      if (/^["'/]$/.test(text)) throw new SchemaError(at, text === "/" ? "illegal '/'" : "a string that does not end");
      tokens.push({ text, at, leading: comment?.lastLine === line - 1 ? comment.lines : [], trailing: [] });
      comment = undefined;
    }
    if (lastLine > line) lineStart = match.index + text.lastIndexOf("\n") + 1;
    line = lastLine;
  }
  return tokens;
}

/** Comments on lines that follow one another are one comment. */
function join(previous: Comment | undefined, next: Comment, line: number): Comment {
  if (previous?.lastLine !== line - 1) return next;
  return { lines: [...previous.lines, ...next.lines], lastLine: next.lastLine };
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
  while (lines.length > 0 && lines[0]?.trim() === "") lines.shift();
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  return lines;
}
