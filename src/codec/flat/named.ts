import type { List } from "./list.js";

// Numbers as what the schema names; those that a newer peer knows pass unchanged.

type Number = number | bigint | undefined;

/** The value of an enum. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export function named<T extends Number>(value: Number): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return value as T;
}

/** The values of an enum. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export function namedList<T extends List<Number> | undefined>(list: List<number> | List<bigint> | undefined): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return list as T;
}
