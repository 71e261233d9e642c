import { type Position, SchemaError } from "./position.js";

/** An option as the schema gives it: `deprecated = true`, `features.field_presence = IMPLICIT`, `(my.own).part = { a: 1 }`. */
export interface Option {
  /** The parts of its name, between dots. */
  readonly path: readonly OptionPart[];
  readonly value: Value;
}

export interface OptionPart {
  readonly name: string;
  /** Whether it stands in parentheses: the name of an extension, which is not looked up. */
  readonly custom: boolean;
  readonly at: Position;
}

/** What an option is set to. */
export type Value = NameValue | NumberValue | StringValue | ListValue | MessageValue;

/** `true`, `SPEED`, also `inf` and `nan`. */
export interface NameValue {
  readonly kind: "name";
  readonly text: string;
  readonly at: Position;
}

export interface NumberValue {
  readonly kind: "number";
  readonly text: string;
  readonly value: number;
  /** The same without loss, if it was written as an integer. */
  readonly integer: bigint | undefined;
  readonly at: Position;
}

export interface StringValue {
  readonly kind: "string";
  readonly text: string;
  /** What its escapes stand for, which need not be UTF-8. */
  readonly bytes: Uint8Array;
  readonly at: Position;
}

export interface ListValue {
  readonly kind: "list";
  readonly values: readonly Value[];
  readonly at: Position;
}

export interface MessageValue {
  readonly kind: "message";
  readonly fields: readonly { readonly name: OptionPart; readonly value: Value }[];
  readonly at: Position;
}

/** What a schema's first line says it is written in. */
export type Edition = "proto2" | "proto3" | "2023" | "2024";

export type FeatureName =
  | "field_presence"
  | "enum_type"
  | "repeated_field_encoding"
  | "utf8_validation"
  | "message_encoding"
  | "json_format"
  | "enforce_naming_style"
  | "default_symbol_visibility";

/** How something behaves, by the names and values of `google.protobuf.FeatureSet`, whatever edition it was said in. */
export type Features = Readonly<Record<FeatureName, string>>;

/** The option that is called `name`, if it was set. */
export function optionOf(options: readonly Option[], name: string): Value | undefined {
  return options.find(({ path: [first, ...more] }) => more.length === 0 && !first.custom && first.name === name)?.value;
}

/** Whether the option that is called `name` is `true`. */
export function isSet(options: readonly Option[], name: string): boolean {
  const value = optionOf(options, name);
  return value?.kind === "name" && value.text === "true";
}

/** A feature that an option sets. */
export interface Setting {
  readonly name: string;
  /** What it is set to, if that is a name as it should be. */
  readonly text: string;
  readonly value: Value;
  readonly at: Position;
}

/** The features that options set; those of other languages, in parentheses, are not ours. */
export function settingsOf(options: readonly Option[]): Setting[] {
  return options.flatMap(({ path: [first, second], value }) => {
    if (first.custom || first.name !== "features" || (second?.custom ?? false)) return [];
    if (second !== undefined) return [settingOf(second, value)];
    if (value.kind !== "message") throw new SchemaError(value.at, "features are set as a message: { … }");
    return value.fields.filter(({ name }) => !name.custom).map((field) => settingOf(field.name, field.value));
  });
}

function settingOf({ name, at }: OptionPart, value: Value): Setting {
  return { name, text: value.kind === "name" ? value.text : "", value, at };
}

/** Where options set the feature that is called `name`, if they do. */
export function placeOfFeature(options: readonly Option[], name: FeatureName): Position | undefined {
  return settingsOf(options).find((setting) => setting.name === name)?.at;
}
