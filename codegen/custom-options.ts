import type { Holder } from "./holders.js";
import { type Extension, type Field, fullNameOf, type Message, type Position, SchemaError } from "./model.js";
import type { Edition, MessageValue, OptionPart, Value } from "./option.js";
import { checkSupport } from "./option-support.js";
import { checkFields, checkValue, type Fields, type Finder, type Names } from "./option-value.js";

const FEATURES = "google.protobuf.FeatureSet";

/** The options of one part of a schema, while they are checked. */
interface Progress {
  readonly scope: string;
  readonly find: Finder;
  /** What was set already: paths of full names. */
  readonly set: Set<string>;
  /** The messages of which single fields were set, by their paths. */
  readonly parts: Map<string, { readonly message: Message; readonly at: Position }>;
}

/**
 * Refuses options in parentheses that no extension declares, whose value is of another type, or that are set twice.
 * The features of other languages are such options, too.
 */
export function checkCustomOptions(holder: Holder, names: Names, edition: Edition): void {
  const { target, options, scope } = holder;
  const find: Finder = { ...names, check: (field, value) => checkSupport(field, value, target, edition) };
  const progress: Progress = { scope, find, set: new Set(), parts: new Map() };
  for (const { path, value } of options) {
    const [{ custom, name }, ...more] = path;
    if (custom) checkSetting(optionsOf(target), path, value, progress);
    else if (name !== "features") continue;
    else if (more.length === 0 && value.kind === "message") checkOwnFeatures(value, find);
    else if (more[0]?.custom ?? false) checkSetting(FEATURES, more, value, progress);
  }
  for (const [key, { message, at }] of progress.parts) {
    const missing = message.fields.find(
      ({ presence, name }) => presence === "required" && !progress.set.has(`${key}/${name}`),
    );
    if (missing !== undefined)
      throw new SchemaError(at, `${missing.name} is missing, which ${message.fullName} requires`);
  }
}

/** `enum value` → `google.protobuf.EnumValueOptions` */
function optionsOf(target: string): string {
  const words = target.split(" ").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `google.protobuf.${words.join("")}Options`;
}

/** Of `features = { … }`, what is in brackets: the others are known without a declaration. */
function checkOwnFeatures({ fields, ...value }: MessageValue, find: Finder): void {
  const own = fields.filter(({ name }) => name.custom);
  checkFields({ ...value, fields: own }, { fullName: FEATURES, fields: [] }, find);
}

/** Follows a name such as `(a.b).c` to the field that it sets. */
function checkSetting(owner: string, path: readonly OptionPart[], value: Value, progress: Progress): void {
  let within: Fields = { fullName: owner, fields: [] };
  let key = "";
  for (const [i, part] of path.entries()) {
    const extension = part.custom ? extensionOf(part, within, progress) : undefined;
    const field = extension ?? fieldOf(part, within);
    key += `/${extension === undefined ? field.name : fullNameOf(extension)}`;
    if (i < path.length - 1) {
      progress.find.check(field, value);
      progress.set.add(key);
      const message = inside(field, part);
      progress.parts.set(key, { message, at: part.at });
      within = message;
      continue;
    }
    if (field.presence !== "repeated" && progress.set.has(key)) {
      throw new SchemaError(part.at, `option ${nameOf(path)} is set twice`);
    }
    checkValue(field, value, progress.find);
    note(key, value, progress.set);
  }
}

function nameOf(path: readonly OptionPart[]): string {
  return path.map(({ name, custom }) => (custom ? `(${name})` : name)).join(".");
}

function extensionOf({ name, at }: OptionPart, { fullName }: Fields, { find, scope }: Progress): Extension {
  const extension = find.extension(name, scope);
  if (extension === undefined) {
    throw new SchemaError(at, `option (${name}) is neither declared here nor in a file imported here`);
  }
  const extended = extension.extendee.target?.fullName;
  if (extended !== fullName) throw new SchemaError(at, `(${name}) extends ${extended}, not ${fullName}`);
  return extension;
}

function fieldOf({ name, at }: OptionPart, { fullName, fields }: Fields): Field {
  const field = fields.find((known) => known.name === name);
  if (field === undefined) throw new SchemaError(at, `${fullName} has no field ${name}`);
  return field;
}

/** The message whose fields the next part of a name can set. */
function inside({ type, presence, name }: Field, { at }: OptionPart): Message {
  const target = typeof type === "string" ? undefined : type.target;
  if (target?.kind !== "message") throw new SchemaError(at, `${name} has no parts: it is no message`);
  if (presence === "repeated" || presence === "map") {
    throw new SchemaError(at, `${name} is repeated: set each of its messages as a whole, with { … }`);
  }
  return target;
}

/** Notes what a value sets, so that none of it is set again by its own name. */
function note(key: string, value: Value, set: Set<string>): void {
  set.add(key);
  if (value.kind !== "message") return;
  for (const field of value.fields) note(`${key}/${field.name.name}`, field.value, set);
}
