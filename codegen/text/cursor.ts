import { SchemaError } from "../position.js";
import type { Token, Word } from "./token.js";

/** A place among the tokens of a schema, which moves on as they are taken. */
export class Cursor {
  readonly #tokens: Iterator<Token, Token>;
  /** Those that were looked at and not yet taken. */
  readonly #ahead: Token[] = [];

  /** What `tokens` returns is the end, which is never passed. */
  constructor(tokens: Iterator<Token, Token>) {
    this.#tokens = tokens;
  }

  /** The next token, or the one `ahead` of it. */
  peek(ahead = 0): Token {
    while (this.#ahead.length <= ahead) {
      const last = this.#ahead.at(-1);
      if (last?.kind === "end") return last;
      this.#ahead.push(this.#tokens.next().value);
    }
    return this.#ahead[ahead];
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#ahead.shift();
    return token;
  }

  at(...texts: readonly string[]): boolean {
    return texts.includes(this.peek().text);
  }

  /** Takes the next token if it is `text`. */
  accept(text: string): Token | undefined {
    return this.peek().text === text ? this.take() : undefined;
  }

  expect(text: string): Token {
    return this.accept(text) ?? this.fail(`'${text}'`);
  }

  /** Takes `text`, which ends a block, if it stands there; a block that the end of the file cuts off is refused. */
  closes(text: string): boolean {
    if (this.peek().kind === "end") this.fail(`'${text}'`);
    return this.accept(text) !== undefined;
  }

  /** Takes a token that is a name; `what` says of what. */
  name(what: string): Token {
    return this.peek().kind === "name" ? this.take() : this.fail(what);
  }

  /** Takes names with dots between them, and one in front if `rooted` lets it. */
  dotted(what: string, rooted: boolean): Word {
    const { at } = this.peek();
    const parts = [rooted && this.accept(".") !== undefined ? "." : "", this.name(what).text];
    while (this.accept(".") !== undefined) parts.push(".", this.name(what).text);
    return { text: parts.join(""), at };
  }

  /** Takes one or more items with commas between them. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",") !== undefined) items.push(item());
    return items;
  }

  /** Throws a `SchemaError` at the next token, which is not the one that should stand there. */
  fail(expected: string): never {
    const { kind, text, at } = this.peek();
    const found = kind === "end" ? "the file ends" : `illegal ${kind === "string" ? text : `'${text}'`}`;
    throw new SchemaError(at, `${found}: expected ${expected}`);
  }
}
