import { LoadError } from "../../load-error.js";
import { checkTables, checkUnique } from "../check.js";
import { type FlatSchema, type Method, SchemaError, type Service } from "../model.js";
import { lowerObjects } from "./records.js";
import { type RawSchema, type RawService, readReflection } from "./reflection.js";
import { Types } from "./types.js";

/**
 * Reads a `.bfbs` file, which flatc makes of a schema and all that it includes. It does not tell where things stand,
 * nor the default values of strings, and attributes and comments only when asked (`--bfbs-builtins`, `--bfbs-comments`).
 * Throws a `LoadError` for one that is damaged.
 */
export function readBinary(bytes: Uint8Array, path: string, file: string): FlatSchema {
  try {
    return lower(readReflection(bytes, file), path, file);
  } catch (error) {
    if (error instanceof SchemaError) throw new LoadError(error.message, { cause: error });
    // What lies outside of the file, and structs that nest without end, end in a RangeError.
    if (error instanceof RangeError) {
      throw new LoadError(`${file} is not a FlatBuffers schema: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function lower(raw: RawSchema, path: string, file: string): FlatSchema {
  const types = new Types(raw, { file, line: 1, column: 1 });
  const objects = lowerObjects(raw, types);
  const root = raw.root === undefined ? undefined : types.objectNamed(raw.root);
  const services = raw.services.map((service) => lowerService(service, types));
  types.finish(objects);
  const { identifier, extension } = raw;
  if (identifier !== undefined && new TextEncoder().encode(identifier).length !== 4) {
    types.fail("its file_identifier does not have four bytes");
  }
  const schema: FlatSchema = {
    path,
    imports: [],
    tables: objects.filter((type) => type.kind === "table"),
    structs: objects.filter((type) => type.kind === "struct"),
    enums: types.enums.filter((type) => type.kind === "enum"),
    unions: types.enums.filter((type) => type.kind === "union"),
    services,
    ...(root && { root }),
    ...(identifier !== undefined && { fileIdentifier: identifier }),
    ...(extension !== undefined && { fileExtension: extension }),
  };
  checkUnique([schema]);
  checkTables([schema]);
  return schema;
}

function lowerService(raw: RawService, types: Types): Service {
  const typed = types.typed(raw);
  const methods = raw.methods.map((call): Method => {
    const named = types.named(call);
    const streaming = call.attributes.find(({ name }) => name === "streaming")?.value ?? "none";
    return {
      ...named,
      path: `${typed.fullName}/${named.name}`,
      deprecated: call.attributes.some(({ name }) => name === "deprecated"),
      request: types.objectNamed(call.request),
      response: types.objectNamed(call.response),
      requestStream: streaming === "client" || streaming === "bidi",
      responseStream: streaming === "server" || streaming === "bidi",
      topic: streaming === "server" && call.attributes.some(({ name }) => name === "topic"),
    };
  });
  if (new Set(methods.map(({ name }) => name)).size !== methods.length) types.fail(`${raw.name} has a method twice`);
  return { ...typed, methods };
}
