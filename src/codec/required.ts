import type { Lacking, Reader } from "../bytes/reader.js";
import { MillraceError } from "../error.js";
import { charge } from "./budget.js";

// Fields that a message must have. One that is sent in several pieces may have them in any of these, so that what is missing
// is noted while reading, and judged when all has been read.

/** What a required field holds until it was read: `undefined`, whatever its type says. It never leaves `decode`. */
// oxlint-disable-next-line no-unsafe-type-assertion
export const ABSENT: never = undefined as never;

/** Heap that a note takes. */
const LACK_BYTES = 80;

/** The value of a required field that is about to be written. */
export function required<T>(value: T | undefined, number: number, property: string): T {
  if (value === undefined) badLack(number, property);
  return value;
}

/** Notes that `message`, of which there may be more to come, has nothing in a required field. */
export function lacks<M extends object>(r: Reader, message: M, number: number, property: keyof M & string): void {
  charge(r, LACK_BYTES, message);
  (r.lacking ??= new Lacks()).note(message, property, number);
}

/** A required field that did not come with its message. */
interface Lack {
  readonly message: object;
  readonly property: string;
  readonly number: number;
}

/** Reached by way of the reader alone, so that a page whose messages require nothing does not load it. */
class Lacks implements Lacking {
  private readonly all: Lack[] = [];

  get heapBytes(): number {
    return this.all.length * LACK_BYTES;
  }

  note(message: object, property: string, number: number): void {
    this.all.push({ message, property, number });
  }

  judge(whole: object): void {
    const missing = this.all.filter(({ message, property }) => Reflect.get(message, property) === undefined);
    if (missing.length === 0) return;
    const parts = partsOf(whole);
    // What was replaced by a later value, of a oneof or a map, is not part of the message any more.
    const found = missing.find(({ message }) => parts.has(message));
    if (found !== undefined) badLack(found.number, found.property);
  }
}

/** A message and all the objects in it. */
function partsOf(whole: object): Set<unknown> {
  const parts = new Set<unknown>([whole]);
  // A set that grows while it is walked hands out what was added, too.
  for (const part of parts) {
    if (typeof part !== "object" || part === null || part instanceof Uint8Array) continue;
    for (const inner of part instanceof Map ? part.values() : Object.values(part)) {
      if (typeof inner === "object" && inner !== null) parts.add(inner);
    }
  }
  return parts;
}

function badLack(number: number, property: string): never {
  throw new MillraceError("invalid_argument", `field ${number} (${property}): is required, but was not given`);
}
