import { MillraceError } from "../error.js";
import type { Connection } from "../link/connection.js";

/**
 * Reports memory that is never given back: when nobody has `release` any more, and when the link is closed before it was
 * called. For debug mode. Returns what to give to the holder in place of `release`.
 *
 * @param place where the holder came to hold it: the cause of what is reported.
 */
export function watchRelease(release: () => void, connection: Connection, holder: string, place: Error): () => void {
  const closers = (connection.closers ??= new Set());
  const leaked = (): void => {
    forget();
    const text = "borrowed bytes were never released: call what retain() or onBorrowed gave";
    connection.runtime.report(new MillraceError("internal", text, { cause: place }), holder);
  };
  // Lives as long as `leaked` does, which the connection holds.
  const garbage = new FinalizationRegistry(leaked);
  const forget = (): void => {
    closers.delete(leaked);
    garbage.unregister(leaked);
  };
  const watched = (): void => {
    forget();
    release();
  };
  closers.add(leaked);
  garbage.register(watched, undefined, leaked);
  return watched;
}
