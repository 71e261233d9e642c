import { anyJson } from "../well-known/any.js";
import { durationJson } from "../well-known/duration.js";
import { fieldMaskJson } from "../well-known/field-mask.js";
import { listValueJson, structJson, valueJson } from "../well-known/struct.js";
import { timestampJson } from "../well-known/timestamp.js";
import { wrapperJson } from "../well-known/wrapper.js";
import type { JsonForm } from "./context.js";
import { objectForm } from "./message.js";
import type { JsonMessage } from "./field.js";

/** The types that JSON has a form of its own for, by what follows `google.protobuf.` in their names. */
const OWN_FORMS: { readonly [name: string]: unknown } = {
  Any: anyJson,
  Duration: durationJson,
  FieldMask: fieldMaskJson,
  ListValue: listValueJson,
  Struct: structJson,
  Timestamp: timestampJson,
  Value: valueJson,
  BoolValue: /* @__PURE__ */ wrapperJson("bool"),
  BytesValue: /* @__PURE__ */ wrapperJson("bytes"),
  DoubleValue: /* @__PURE__ */ wrapperJson("double"),
  FloatValue: /* @__PURE__ */ wrapperJson("float"),
  Int32Value: /* @__PURE__ */ wrapperJson("int32"),
  Int64Value: /* @__PURE__ */ wrapperJson("int64"),
  StringValue: /* @__PURE__ */ wrapperJson("string"),
  UInt32Value: /* @__PURE__ */ wrapperJson("uint32"),
  UInt64Value: /* @__PURE__ */ wrapperJson("uint64"),
};
const PACKAGE = "google.protobuf.";

/** How messages of a type look in JSON. */
export function formOf<T extends object>({ name, json }: JsonMessage<T>): JsonForm<T> {
  json.form ??= ownForm(name) ?? objectForm(name, json);
  // Set above alone; and what is generated of a well-known type fits the form of that name.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return json.form as JsonForm<T>;
}

function ownForm(name: string): unknown {
  const short = name.slice(PACKAGE.length);
  return name.startsWith(PACKAGE) && Object.hasOwn(OWN_FORMS, short) ? OWN_FORMS[short] : undefined;
}
