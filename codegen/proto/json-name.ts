/** The name of a field in JSON where no option gives one, as `google/protobuf/descriptor.proto` makes it. */
export function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** `foo_bar` → `FooBar` */
export function upperCamel(name: string): string {
  const camel = jsonName(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}
