/** A number as JSON writes it: sign, digits, fraction, exponent. */
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** No integer of 64 bits takes nearly as many characters, unless somebody means harm. */
const MAX_LENGTH = 100;

export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}

/** The integer of up to 20 digits that `text` stands for, as in `7`, `7.0` or `0.7e1`; nothing if it is something else. */
export function integerOf(text: string): bigint | undefined {
  const [, sign, whole, fraction = "", exponent = "0"] = (text.length <= MAX_LENGTH && NUMBER.exec(text)) || [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, "");
  const zeros = Number(exponent) - fraction.length;
  if (digits === "") return 0n;
  if (digits.length + zeros > 20 || !digits.endsWith("0".repeat(Math.max(0, Math.min(-zeros, MAX_LENGTH)))))
    return undefined;
  const value = BigInt(zeros < 0 ? digits.slice(0, zeros) || "0" : digits + "0".repeat(zeros));
  return sign === "-" ? -value : value;
}

/** The shortest decimal that is the same 32-bit float: `0.1`, where the double of that float is 0.10000000149011612. */
export function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
