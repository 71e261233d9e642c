import type { Codec } from "../codec/codec.js";
import { type ErrorDetail, MillraceError } from "../error.js";

/**
 * A message for an error to carry to the caller: `new MillraceError("resource_exhausted", "…", { details: [detail(Quota,
 * { … })] })`. Throws `internal` when the message cannot be encoded, since that is no fault of the caller's.
 */
export function detail<T>(type: Codec<T>, message: Partial<T>): ErrorDetail {
  try {
    return { typeId: type.id >>> 0, bytes: type.toBytes(message) };
  } catch (error) {
    throw new MillraceError("internal", `a detail does not encode: ${MillraceError.from(error).text}`, {
      cause: error,
    });
  }
}

/**
 * The first message of this type that `error` carries. `undefined` when there is none, and when its bytes are malformed:
 * looking into an error never throws another one.
 */
export function findDetail<T>(error: unknown, type: Codec<T>): T | undefined {
  if (!(error instanceof MillraceError)) return undefined;
  const found = error.details.find(({ typeId }) => typeId === type.id >>> 0);
  try {
    return found && type.fromBytes(found.bytes);
  } catch {
    return undefined;
  }
}
