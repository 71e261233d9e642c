import type { NumberRange, Position, Reserved } from "../model.js";
import type { Report, Rule } from "./rules.js";

/** Whether one of `ranges`, or some of them side by side, have all numbers of `range`. */
export function covers(ranges: readonly NumberRange[], { from, to }: NumberRange): boolean {
  let next = from;
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    if (range.from <= next && range.to >= next) next = range.to + 1;
  }
  return next > to;
}

/** What is reserved stays so: else a new meaning of a number or a name meets what was written with the old one. */
export function compareReserved(old: Reserved, now: Reserved, rule: Rule, at: Position, report: Report): void {
  for (const range of old.ranges) {
    if (!covers(now.ranges, range)) report(rule, at, `${textOf(range)} reserved no more`);
  }
  for (const name of old.names) {
    if (!now.names.includes(name)) report(rule, at, `the name ${name} is reserved no more`);
  }
}

/** `number 5 is`, `numbers 5 to 7 are` */
export function textOf({ from, to }: NumberRange): string {
  return from === to ? `number ${from} is` : `numbers ${from} to ${to} are`;
}
