import protobuf from "protobufjs";
import { join } from "node:path";
import { packageRoot } from "../../examples/support/package-root.js";

/** The schema of the corpus as protobufjs parses it, from which those peers learn it that need one. */
export const schema = protobuf.loadSync(join(packageRoot, "schemas", "corpus.proto"));
schema.resolveAll();
