import { MillraceError } from "../error.js";

/** Code that is loaded when it is first needed, by an `import()`. Rejects with `unavailable` when it cannot be had. */
export async function loaded<T>(code: Promise<T>): Promise<T> {
  try {
    return await code;
  } catch (cause) {
    throw new MillraceError("unavailable", "a part of millrace did not load: is its file there?", {
      cause,
    });
  }
}
