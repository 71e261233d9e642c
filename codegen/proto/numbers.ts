import type { Edition } from "../option.js";
import { SchemaError } from "../position.js";
import { MAX_FIELD } from "./parse-range.js";
import type { FieldNode, Int, Part, Range, ReservedNode, ValueNode } from "./tree.js";

const FIRST_OF_PROTOBUF = 19_000;
const LAST_OF_PROTOBUF = 19_999;

/** Refuses the number of a field or an extension that is out of range; message sets have larger ones. */
export function checkFieldNumber({ value, at }: Int, max: number): void {
  if (value < 1 || value > max) throw new SchemaError(at, `field numbers go from 1 to ${MAX_FIELD}`);
  if (value >= FIRST_OF_PROTOBUF && value <= LAST_OF_PROTOBUF) {
    throw new SchemaError(at, `field numbers ${FIRST_OF_PROTOBUF} to ${LAST_OF_PROTOBUF} belong to Protocol Buffers`);
  }
}

/** Refuses numbers of fields that are given twice, reserved or left to extensions. */
export function checkNumbers(fields: readonly FieldNode[], taken: Taken): void {
  const seen = new Map<number, string>();
  for (const field of fields) {
    const { value, at } = field.number;
    const before = seen.get(value);
    if (before !== undefined) throw new SchemaError(at, `field number ${value} is already that of ${before}`);
    seen.set(value, field.name.text);
    taken.check(field);
  }
}

/** The numbers and names that fields or values cannot have. */
export interface Taken {
  /** Refuses a field or value whose number or name is reserved, or whose number is left to extensions. */
  check(part: FieldNode | ValueNode): void;
}

/** Numbers that are taken, and why. */
interface Span {
  readonly range: Range;
  readonly why: string;
}

function spansOf(ranges: readonly Range[], why: string): Span[] {
  return ranges.map((range) => ({ range, why }));
}

/** What the `reserved` and `extensions` statements of a message take away. Refuses those that overlap. */
export function checkRanges(parts: readonly Part[], edition: Edition, maxExtension: number): Taken {
  const extensions = parts.filter((part) => part.kind === "extensions").flatMap(({ ranges }) => ranges);
  const reserved = parts.filter((part) => part.kind === "reserved");
  const ranges = reserved.flatMap((part) => part.ranges);
  // A number that no field can have may be reserved all the same.
  for (const { from } of ranges) {
    if (from.value < 1) throw new SchemaError(from.at, `field numbers go from 1 to ${MAX_FIELD}`);
  }
  for (const { value, at, text } of extensions.flatMap(({ from, to }) => [from, to])) {
    const tooLarge = value > maxExtension && text !== "max";
    if (value < 1 || tooLarge) throw new SchemaError(at, `field numbers go from 1 to ${maxExtension}`);
  }
  const spans = [...spansOf(ranges, "is reserved"), ...spansOf(extensions, "is for extensions")];
  return takenBy(spans, namesOf(reserved, edition));
}

/** What the `reserved` statements of an enum take away. Refuses those that overlap. */
export function reservedInEnum(reserved: readonly ReservedNode[], edition: Edition): Taken {
  const ranges = reserved.flatMap((part) => part.ranges);
  return takenBy(spansOf(ranges, "is reserved"), namesOf(reserved, edition));
}

function takenBy(spans: readonly Span[], names: ReadonlySet<string>): Taken {
  const sorted = spans.toSorted((a, b) => a.range.from.value - b.range.from.value);
  for (const [i, span] of sorted.entries()) if (i > 0) checkApart(sorted[i - 1], span, spans);
  return {
    check({ name, number: { value, at } }) {
      if (names.has(name.text)) throw new SchemaError(name.at, `the name ${name.text} is reserved`);
      const span = last(sorted, value);
      if (span !== undefined && value <= span.range.to.value) {
        throw new SchemaError(at, `the number ${value} ${span.why}`);
      }
    },
  };
}

/** Refuses the one of two overlapping spans that was written later. */
function checkApart(a: Span, b: Span, written: readonly Span[]): void {
  if (b.range.from.value > a.range.to.value) return;
  const [first, second] = written.indexOf(a) < written.indexOf(b) ? [a, b] : [b, a];
  const { line } = first.range.from.at;
  throw new SchemaError(second.range.from.at, `this range overlaps with one on line ${line}`);
}

/** The last of the spans, sorted, that starts at `value` or before, found by halving. */
function last(sorted: readonly Span[], value: number): Span | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle].range.from.value <= value) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}

/** The reserved names: strings, and in editions names. */
function namesOf(reserved: readonly ReservedNode[], edition: Edition): Set<string> {
  const quotes = edition === "proto2" || edition === "proto3";
  const names = new Set<string>();
  for (const { text, at, quoted } of reserved.flatMap((part) => part.names)) {
    if (quoted !== quotes) {
      throw new SchemaError(
        at,
        quotes ? `in ${edition}, write "${text}"` : `in editions, write ${text} without quotes`,
      );
    }
    if (names.has(text)) throw new SchemaError(at, `the name ${text} is reserved twice`);
    names.add(text);
  }
  return names;
}
