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

/** The one error of millrace. Its message starts with `[code]` and tells a person what to do. */
export class MillraceError extends Error {
  override readonly name = "MillraceError";
  readonly code: Code;
  /** The message without the `[code]` in front: what travels on the wire. */
  readonly detail: string;

  constructor(code: Code, detail: string, options?: ErrorOptions) {
    super(`[${code}] ${detail}`, options);
    this.code = code;
    this.detail = detail;
  }

  /** Returns `error` itself when it is a `MillraceError`, else wraps it under `code`. */
  static from(error: unknown, code: Code = "unknown"): MillraceError {
    if (error instanceof MillraceError) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new MillraceError(code, detail, { cause: error });
  }
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
