/** Something did not arrive as it was sent; the message is for the person who runs the demo. */
export class CheckFailed extends Error {}

/** Throws a `CheckFailed` unless `condition` holds. */
export function check(condition: boolean, whatIsWrong: string): asserts condition {
  if (!condition) throw new CheckFailed(whatIsWrong);
}
