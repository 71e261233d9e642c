import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Codec } from "../../src/codec/index.js";
import { hasProtoc, includes, protoc } from "../support/protoc.js";
import { codecs, messageOf, typeOf } from "./oracle.js";

const schemas = fileURLToPath(new URL("../../schemas/", import.meta.url));
const SAMPLE = { numRuns: 5, seed: 5 };

/** Has protoc turn a message of a type into another form: bytes into text, or text into bytes. */
function turned(codec: Codec<object>, way: "decode" | "encode", input: Uint8Array): Uint8Array {
  const file =
    { legacy: "legacy.proto", edition: "edition.proto" }[codec.name.split(".", 1).join()] ?? "everything.proto";
  const args = ["-I", schemas, "-I", includes, `--${way}=${codec.name}`, file];
  const { status, stdout, stderr } = spawnSync(protoc, args, { input });
  if (status !== 0) throw new Error(`protoc --${way}: ${stderr.toString()}`);
  return new Uint8Array(stdout);
}

describe.skipIf(!hasProtoc).each([...codecs])("%s", (_, codec) => {
  it("is read by protoc as text, and comes back from what protoc makes of the text", () => {
    for (const message of fc.sample(messageOf(typeOf(codec)), SAMPLE)) {
      const text = turned(codec, "decode", codec.toBytes(message));
      const theirs = turned(codec, "encode", text);
      expect(codec.fromBytes(theirs), Buffer.from(text).toString()).toStrictEqual(message);
      // What we write of it, protoc reads as the same text.
      expect(turned(codec, "decode", codec.toBytes(codec.fromBytes(theirs)))).toStrictEqual(text);
    }
  });
});
