/** How a contender likes what not all of them can say. */
export interface Form {
  readonly bytes: (value: Uint8Array) => unknown;
  readonly bigint: (value: bigint) => unknown;
  /** A map whose values are in this form already. */
  readonly map: (value: ReadonlyMap<unknown, unknown>) => unknown;
}

/** `message` in another form, without the fields that are absent; what a oneof holds stands under its own name. */
export function inForm(message: object, form: Form): object {
  const fields = Object.entries(message).flatMap(([name, field]) => fieldsOf(name, field, form));
  return Object.fromEntries(fields);
}

function fieldsOf(name: string, field: unknown, form: Form): [string, unknown][] {
  if (field === undefined) return [];
  return isChosen(field) ? [[field.case, valueIn(field.value, form)]] : [[name, valueIn(field, form)]];
}

function valueIn(value: unknown, form: Form): unknown {
  if (typeof value === "bigint") return form.bigint(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return form.bytes(value);
  if (value instanceof Map) return form.map(new Map([...value].map(([key, item]) => [key, valueIn(item, form)])));
  return Array.isArray(value) ? value.map((item: unknown) => valueIn(item, form)) : inForm(value, form);
}

/** Whether `field` is a oneof of the generated code. */
function isChosen(field: unknown): field is { readonly case: string; readonly value: unknown } {
  return typeof field === "object" && field !== null && "case" in field && "value" in field;
}

/** As JSON can say it: 64-bit integers in decimal, bytes in base64, maps as objects. */
export const jsonForm: Form = {
  bytes: (value) => Buffer.from(value).toString("base64"),
  bigint: String,
  map: (value) => Object.fromEntries(value),
};
