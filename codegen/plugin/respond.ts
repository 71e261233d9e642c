import protobuf from "protobufjs/minimal.js";
import { EDITIONS } from "../descriptor/file.js";
import { treesOf } from "../descriptor/read.js";
import { Fields, WireError } from "../descriptor/wire.js";
import { checked, used } from "../generate.js";
import { LoadError } from "../load-error.js";
import { type Done, loadTrees, schemasOf } from "../load.js";
import { SchemaError } from "../model.js";
import { WELL_KNOWN } from "../proto/well-known.js";
import { emit, type Output } from "../typescript/emit.js";

/** The numbers of the fields of `google.protobuf.compiler.CodeGeneratorRequest`. */
const REQUEST = { fileToGenerate: 1, parameter: 2, protoFile: 15 } as const;
/** The same of `CodeGeneratorResponse`, and of its `File`. */
const RESPONSE = { error: 1, supportedFeatures: 2, minimumEdition: 3, maximumEdition: 4, file: 15 } as const;
const FILE = { name: 1, content: 15 } as const;

/** `FEATURE_PROTO3_OPTIONAL` and `FEATURE_SUPPORTS_EDITIONS` */
const FEATURES = 1 | 2;

/** What to generate beside the files that were asked for. */
const IMPORTS = ["well_known", "none", "all"] as const;
type Imports = (typeof IMPORTS)[number];

/**
 * The bytes of the `CodeGeneratorResponse` to those of a `CodeGeneratorRequest`. What is wrong with a schema or an
 * option is in it. Throws a `LoadError` for bytes that are no request.
 */
export function respond(bytes: Uint8Array): Uint8Array {
  const response = protobuf.Writer.create();
  response.uint32(RESPONSE.supportedFeatures * 8).uint32(FEATURES);
  response.uint32(RESPONSE.minimumEdition * 8).int32(Math.min(...EDITIONS.keys()));
  response.uint32(RESPONSE.maximumEdition * 8).int32(Math.max(...EDITIONS.keys()));
  try {
    for (const output of outputsFor(new Fields(bytes))) writeFile(response.uint32(RESPONSE.file * 8 + 2), output);
  } catch (error) {
    if (error instanceof WireError) throw new LoadError(`this is no request of protoc or buf: ${error.message}`);
    if (!(error instanceof SchemaError || error instanceof LoadError)) throw error;
    response.uint32(RESPONSE.error * 8 + 2).string(error.message);
  }
  return response.finish();
}

function writeFile(response: protobuf.Writer, { path, text }: Output): void {
  response.fork();
  response.uint32(FILE.name * 8 + 2).string(path);
  response.uint32(FILE.content * 8 + 2).string(text);
  response.ldelim();
}

function outputsFor(request: Fields): Output[] {
  const wanted = new Set(request.texts(REQUEST.fileToGenerate));
  const imports = importsOf(request.text(REQUEST.parameter) ?? "");
  const done: Done = new Map();
  loadTrees(treesOf(request.messages(REQUEST.protoFile), "the request"), "the request", done);
  const schemas = used(checked(schemasOf(done)));
  const isWanted = (path: string): boolean => {
    return wanted.has(path) || imports === "all" || (imports === "well_known" && WELL_KNOWN.has(path));
  };
  return emit(schemas).filter((_, index) => isWanted(schemas[index]?.path ?? ""));
}

/** Reads the options of the plugin, which have commas between them. */
function importsOf(parameter: string): Imports {
  let imports: Imports = "well_known";
  for (const option of parameter.split(",").filter((text) => text !== "")) {
    const known = IMPORTS.find((value) => option === `imports=${value}`);
    if (known === undefined) {
      throw new LoadError(`there is no option ${option}: there is imports=well_known, imports=none and imports=all`);
    }
    imports = known;
  }
  return imports;
}
