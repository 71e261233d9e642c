import type { Case, Subject, Suite } from "../suite.js";
import { bundle } from "./bundle.js";

/** The browser's door and one generated service: what the README says the size of. */
export const CLIENT = `
  export { connect } from "millrace/browser";
  export { Chat } from "./dist/schemas/gen/chat.js";
`;

const CODEC = `export { Message } from "./dist/schemas/gen/chat.js";`;
const SOCKET_IO = `export { io } from "socket.io-client";`;
const PROTOBUF_JS = `export { Reader, Writer } from "protobufjs/minimal.js";`;
const PROTOBUF_ES = `
  export { create, fromBinary, toBinary } from "@bufbuild/protobuf";
  export { fileDesc, messageDesc } from "@bufbuild/protobuf/codegenv2";
`;

/** What a page has to load. */
export const size: Suite = {
  name: "size",
  about: "bytes of a page's script, minified and gzipped: what runs first, and all with what is loaded when needed",
  packages: ["esbuild", "socket.io-client", "protobufjs", "@bufbuild/protobuf"],
  leftOut: [],
  rounds: { quick: 1, full: 1 },
  cases: [
    caseOf("client", { millrace: CLIENT, "socket.io, untyped": SOCKET_IO }),
    caseOf("codec", { millrace: CODEC, "protobufjs, no code": PROTOBUF_JS, "protobuf-es, no code": PROTOBUF_ES }),
  ],
};

function caseOf(name: string, sources: Readonly<Record<string, string>>): Case {
  return { name, subjects: Object.entries(sources).map(([subject, source]) => subjectOf(subject, source)) };
}

function subjectOf(name: string, source: string): Subject {
  const measure = async () => {
    const { firstBytes, allBytes } = await bundle(source);
    return [{ metric: "first-bytes", value: firstBytes } as const, { metric: "all-bytes", value: allBytes } as const];
  };
  return { name, open: () => ({ measure, close() {} }) };
}
