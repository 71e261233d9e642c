import { type FlatEnum, type Scalar, SchemaError } from "./model.js";
import { isFloat, isInRange, readFloat, readInteger } from "./number.js";
import type { Place } from "./type.js";
import type { ValueNode } from "./tree.js";

/** The type that a value is for. */
export interface Target {
  readonly scalar: Scalar;
  /** If the scalar is an enum's. */
  readonly type: FlatEnum | undefined;
}

const FUNCTIONS: ReadonlyMap<string, (x: number) => number> = new Map([
  ["deg", (x: number) => (x / Math.PI) * 180],
  ["rad", (x: number) => (x * Math.PI) / 180],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
]);

/**
 * What a default value says for a scalar: a `number`, a `bigint` for any integer, or `null`. Integers are checked
 * against the scalar's range. Throws a `SchemaError` for a value that is none for it.
 */
export function evaluate(node: ValueNode, target: Target, place: Place): number | bigint | null {
  const { scalar } = target;
  if (node.kind === "empty list") throw new SchemaError(node.at, "[] is for lists");
  if (node.kind === "call") return call(node, target, place);
  if (node.kind === "string" && !node.isPlain) {
    throw new SchemaError(node.at, "a number in quotes is written without escapes, in ASCII");
  }
  if (node.kind !== "number" && node.text === "null") return null;
  if (isFloat(scalar)) return floatOf(node);
  const value = integerOf(node, target, place);
  if (!isInRange(value, scalar)) throw new SchemaError(node.at, `${value} is not in the range of ${scalar}`);
  return value;
}

/** Functions of floating-point numbers, whose results have twelve digits behind the point. */
function call(node: ValueNode & { readonly kind: "call" }, target: Target, place: Place): number {
  const apply = FUNCTIONS.get(node.text);
  if (apply === undefined) throw new SchemaError(node.at, `there is no function ${node.text}`);
  if (!isFloat(target.scalar)) throw new SchemaError(node.at, `${node.text} is for float and double`);
  const x = evaluate(node.argument, target, place);
  if (x === null) throw new SchemaError(node.argument.at, `${node.text} takes a number`);
  return Number(apply(Number(x)).toFixed(12));
}

type Text = Exclude<ValueNode, { readonly kind: "call" | "empty list" }>;

function floatOf({ kind, text, at }: Text): number {
  const value = readFloat(kind === "string" ? text.trimEnd() : text);
  if (value === undefined) throw new SchemaError(at, `${text} is not a number for float or double`);
  return value;
}

function integerOf(node: Text, target: Target, place: Place): bigint {
  const { kind, text, at } = node;
  const isBool = target.scalar === "bool";
  if (isBool && (text === "true" || text === "false")) return text === "true" ? 1n : 0n;
  if (!isBool && /^[A-Za-z_]/.test(text)) return namedValue(node, target, place);
  const value = readInteger(kind === "string" ? text.trimEnd() : text);
  if (value === undefined) throw new SchemaError(at, `${text} is not ${isBool ? "true or false" : "an integer"}`);
  return value;
}

/** One name, or several in quotes with spaces between them: all their bits. */
function namedValue({ text, at }: Text, { scalar, type }: Target, { names, namespace }: Place): bigint {
  let bits = 0n;
  for (const word of text.split(" ")) {
    const [scope, name = ""] = word.split(/\.(.*)/s);
    const owner = type ?? names.findEnum(scope, namespace);
    if (type === undefined && !word.includes(".")) {
      throw new SchemaError(at, `${word} is not a number: an enum's value is written "Enum.${word}" here, in quotes`);
    }
    if (owner === undefined) throw new SchemaError(at, `there is no enum ${scope} above this line`);
    const value = names.numberOf(owner, type === undefined ? name : word);
    if (value === undefined) throw new SchemaError(at, `${owner.fullName} has no value ${word}`);
    bits |= value;
  }
  return scalar.startsWith("u") ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits);
}
