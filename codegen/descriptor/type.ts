import { SchemaError } from "../position.js";
import type { Word } from "../proto/tree.js";
import type { Node } from "./node.js";
import { FIELD, MESSAGE } from "./numbers.js";
import type { Scope } from "./scope.js";

/** The values of `FieldDescriptorProto.Type`, which start at 1. */
const TYPES = (
  "double float int64 uint64 int32 fixed64 fixed32 bool string group message bytes uint32 enum " +
  "sfixed32 sfixed64 sint32 sint64"
).split(" ");

/** What type a field has: a scalar by its name, else `group`, `message` or `enum`. */
export function kindOf(field: Node): string {
  const kind = TYPES[(field.fields.int(FIELD.type) ?? 0) - 1];
  if (kind === undefined) throw new SchemaError(field.at(), `${field.name(FIELD.name).text} has no type that is known`);
  return kind;
}

/** The type of a field, which is not a map. */
export function typeOf(field: Node, scope: Scope): Word {
  const kind = kindOf(field);
  if (!isNamed(kind)) return { text: kind, at: field.at(FIELD.type) };
  const { places, path } = field;
  const name = field.dotted(FIELD.typeName);
  // A group is declared where it is used, by its plain name.
  if (kind === "group") return { ...name, written: name.text.slice(name.text.lastIndexOf(".") + 1) };
  return written(name, scope, [places.width([...path, FIELD.typeName])]);
}

/** The types of a map's keys and values, where `field` has messages `entry`. */
export function mapTypesOf(field: Node, entry: Node, scope: Scope): { readonly key: Word; readonly type: Word } {
  const at = field.at(FIELD.typeName);
  const [key, value] = entry.children(MESSAGE.field);
  if (key === undefined || value === undefined) throw new SchemaError(at, "the entry of a map has a key and a value");
  const text = kindOf(key);
  const kind = kindOf(value);
  if (!isNamed(kind)) return { key: { text, at }, type: { text: kind, at } };
  // The file's `map<key, value>` is known only as a whole.
  const width = field.places.width([...field.path, FIELD.typeName]) ?? 0;
  const widths = [width - `map<${text}, >`.length, width - `map<${text},>`.length];
  return { key: { text, at }, type: written({ ...value.dotted(FIELD.typeName), at }, scope, widths) };
}

function isNamed(kind: string): boolean {
  return kind === "message" || kind === "group" || kind === "enum";
}

/** A descriptor has full names; how wide a name is in the file tells how much of it is written there. */
function written(type: Word, scope: Scope, widths: readonly (number | undefined)[]): Word {
  const { text } = type;
  const endings = widths.map((width) => (width === undefined || width <= 0 ? "" : text.slice(-width)));
  const known = endings.find((ending) => ending !== "" && (ending === text || text.endsWith(`.${ending}`)));
  const start = scope.package === "" ? "." : `.${scope.package}.`;
  return { ...type, written: known ?? (text.startsWith(start) ? text.slice(start.length) : text) };
}
