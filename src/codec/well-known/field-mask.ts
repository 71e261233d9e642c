import { MillraceError } from "../../error.js";
import type { JsonForm } from "../json/context.js";
import { refuse } from "../json/scalar.js";

/** A `google.protobuf.FieldMask`. */
export interface FieldMaskMessage {
  /** Names of fields as the schema has them, those of fields inside others behind a dot: `author.first_name`. */
  paths: string[];
}

const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** The mask of paths that are separated by commas: `title,author.first_name`. Throws `invalid_argument` for what is no path. */
export function fieldMaskFromText(text: string): FieldMaskMessage {
  const paths = text === "" ? [] : text.split(",");
  const wrong = paths.find((path) => !PATH.test(path));
  if (wrong === undefined) return { paths };
  throw new MillraceError("invalid_argument", `${JSON.stringify(wrong)} is no path of fields`);
}

/** The paths of a mask, separated by commas. */
export function fieldMaskToText({ paths = [] }: Partial<FieldMaskMessage>): string {
  return paths.join(",");
}

/** The paths in lowerCamelCase, separated by commas. */
export const fieldMaskJson: JsonForm<FieldMaskMessage> = {
  isOwn: true,
  write({ paths = [] }, c) {
    const wrong = paths.find((path) => camel(path).includes("_") || snake(camel(path)) !== path);
    if (wrong !== undefined) return c.fail(`the path ${JSON.stringify(wrong)} would be another one in JSON`);
    return paths.map(camel).join(",");
  },
  read(json, c) {
    if (typeof json !== "string") return refuse(c, json, "paths, separated by commas");
    const paths = json === "" ? [] : json.split(",");
    const wrong = paths.find((path) => path.includes("_"));
    return wrong === undefined ? { paths: paths.map(snake) } : refuse(c, wrong, "a path in lowerCamelCase");
  },
};

function camel(path: string): string {
  return path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snake(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
