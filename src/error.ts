/** The status codes of gRPC, in lower case; a code's index is its number on the wire. */
export const CODES = [
  "ok",
  "cancelled",
  "unknown",
  "invalid_argument",
  "deadline_exceeded",
  "not_found",
  "already_exists",
  "permission_denied",
  "resource_exhausted",
  "failed_precondition",
  "aborted",
  "out_of_range",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
  "unauthenticated",
] as const;

/** Why something failed: every status of gRPC but `ok`. */
export type Code = Exclude<(typeof CODES)[number], "ok">;

/** A message that an error carries, encoded; `detail` makes one and `findDetail` reads it. */
export interface ErrorDetail {
  /** The id of the message's type. */
  readonly typeId: number;
  readonly bytes: Uint8Array;
}

/** What may be said about an error besides its code and text. */
export interface MillraceErrorOptions extends ErrorOptions {
  /** Travel with the error, at most 8 KiB in all; a `cause` stays here. */
  readonly details?: readonly ErrorDetail[] | undefined;
}

const NO_DETAILS: readonly ErrorDetail[] = [];

/** The one error of millrace. Its message is one line that starts with `[code]` and tells a person what to do. */
export class MillraceError extends Error {
  override readonly name = "MillraceError";
  readonly code: Code;
  /** What travels on the wire. Text of a peer's may hold anything; the `message` made of it is safe to log. */
  readonly text: string;
  readonly details: readonly ErrorDetail[];

  /** Throws a `TypeError` for what is no code, or no detail. */
  constructor(code: Code, text: string, options?: MillraceErrorOptions) {
    super(`[${code}] ${printable(text)}`, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.text = text;
    this.details = options?.details ?? NO_DETAILS;
    if (statusOf(code) < 1) throw new TypeError(`"${code}" is no code`);
    for (const { bytes } of this.details)
      if (!(bytes instanceof Uint8Array)) throw new TypeError("a detail is made by detail(Type, message)");
  }

  /** Returns `error` itself when it is a `MillraceError`, else wraps it under `code`. */
  static from(error: unknown, code: Code = "unknown"): MillraceError {
    if (error instanceof MillraceError) return error;
    return new MillraceError(code, textOf(error), { cause: error });
  }
}

/** What was thrown, in words. */
export function textOf(thrown: unknown): string {
  const text: unknown = thrown instanceof Error ? thrown.message : thrown;
  return typeof text === "string" ? text : "what was thrown is no Error";
}

/** The number that stands for `code` on the wire (0 is ok). */
export function statusOf(code: Code): number {
  return CODES.indexOf(code);
}

/** The code a wire status stands for; a number from a newer peer reads as `unknown`. */
export function codeOf(status: number): Code {
  const code = CODES[status];
  return code === undefined || code === "ok" ? "unknown" : code;
}

/** `text` as one line: characters that end lines, steer terminals or turn the direction of writing are escaped. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;
