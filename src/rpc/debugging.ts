import { Reader } from "../bytes/reader.js";
import { MillraceError } from "../error.js";
import type { Debugging } from "../link/runtime.js";

/** Debug mode, for `createRuntime`: each message has memory of its own, and whoever keeps borrowed bytes is watched. */
export const debugging: Debugging = {
  decode(codec, reader) {
    // A transport's chunk may be of a subclass whose `slice` is a view.
    const own = new Uint8Array(reader.bytes.subarray(reader.pos, reader.end));
    const detachable = new Reader(own);
    detachable.mayBorrow = true;
    const message = codec.decode(detachable);
    return { message, detach: detachable.hasBorrowed ? () => detach(own.buffer) : undefined };
  },

  watch(release, lender, holder, place) {
    const closers = (lender.closers ??= new Set());
    const leaked = (): void => {
      forget();
      const text = "borrowed bytes were never released: call what retain() or onBorrowed gave";
      lender.runtime.report(new MillraceError("internal", text, { cause: place }), holder);
    };
    // Lives as long as `leaked` does, which the link holds.
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
  },
};

/** Takes the memory away from all who have views of it; who was lent it may have transferred it elsewhere already. */
function detach(memory: ArrayBuffer): void {
  if (memory.byteLength > 0) structuredClone(memory, { transfer: [memory] });
}
