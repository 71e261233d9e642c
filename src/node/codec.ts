import "./strings.js";

// What `millrace/codec` is in Node.js: the same, with strings made by Node's own functions.

export * from "../codec/index.js";
