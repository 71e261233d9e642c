import { MillraceError, textOf } from "../error.js";

/** What LMDB calls a file that is none of its own, or not as it left it. */
export const DAMAGES: ReadonlySet<unknown> = new Set([-30797, -30796, -30795, -30794, -30793]);
const [NO_ENTRY, NOT_PERMITTED, NO_ACCESS, NOT_A_FOLDER, NO_SPACE, READ_ONLY] = [2, 1, 13, 20, 28, 30];

/** Why the file cannot be opened. */
export function openFailed(path: string, error: unknown): MillraceError {
  const [code, text] = reasonOf(codeOf(error));
  if (code === "data_loss") return damaged(path, textOf(error), error);
  return new MillraceError(code, `${path} cannot be opened: ${text} (${textOf(error)})`, { cause: error });
}

function reasonOf(code: unknown): [code: MillraceError["code"], text: string] {
  if (DAMAGES.has(code)) return ["data_loss", ""];
  switch (code) {
    case NOT_PERMITTED:
    case NO_ACCESS:
    case READ_ONLY:
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return ["permission_denied", "let this user write there"];
    case NO_SPACE:
    case "ENOSPC":
      return ["resource_exhausted", "the disk is full"];
    case NO_ENTRY:
    case NOT_A_FOLDER:
    case "ENOTDIR":
    case "EEXIST":
      return ["invalid_argument", "give a folder"];
    default:
      return ["unavailable", "see the cause"];
  }
}

/** Why a commit failed; what it says was not stored was not. */
export async function commitFailed(path: string, error: unknown): Promise<MillraceError> {
  const cause = await causeOf(error);
  const text = `${path} cannot be written: ${textOf(cause)}. Is the disk full? Nothing of this was stored: try again`;
  return new MillraceError("unavailable", text, { cause });
}

/** The error that LMDB's own one promises. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}

export function damaged(path: string, what: string, cause?: unknown): MillraceError {
  const text = `the store in ${path} is damaged: ${what}. Put a copy back, or move it away to start without history`;
  return new MillraceError("data_loss", text, { cause });
}

export function taken(path: string): MillraceError {
  const text = `the store in ${path} was opened again, by another process or this one: one at a time may have it`;
  return new MillraceError("failed_precondition", text);
}

export function reopened(path: string): MillraceError {
  const text = `a key in ${path} was closed here, or opened again: one topic of one server at a time may have it`;
  return new MillraceError("failed_precondition", text);
}

export function closed(path: string): MillraceError {
  return new MillraceError("unavailable", `the store in ${path} is closed`);
}

/** Why a key cannot be opened: where it ends is not known before. */
export function unwritten(path: string): MillraceError {
  const text = `a key in ${path} is being written for the topic that had it before: try again`;
  return new MillraceError("unavailable", text);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
