import { useStrings } from "../bytes/text.js";
import { nodeStrings } from "./strings.js";

// What `millrace/codec` is in Node.js: the same, with strings made by Node's own functions.

if (nodeStrings) useStrings(nodeStrings);

export * from "../codec/index.js";
