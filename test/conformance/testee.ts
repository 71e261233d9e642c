import { readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromJsonString, type JsonExtension, type MessageCodec, toJsonString } from "../../src/codec/index.js";
import { MillraceError } from "../../src/error.js";

// What the conformance suite starts: reads requests from its standard input, each behind its length, and answers them.

type Fields = Record<string, unknown>;

/** All codecs and extensions that were generated into `folder`. */
async function typesIn(folder: string): Promise<(MessageCodec<Fields> | JsonExtension)[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)));
  return modules.flatMap((module: object) =>
    Object.values(module).filter((value) => isCodec(value) || isExtension(value)),
  );
}

function isCodec(value: unknown): value is MessageCodec<Fields> {
  return typeof value === "object" && value !== null && "fromBytes" in value;
}

function isExtension(value: unknown): value is JsonExtension {
  return typeof value === "object" && value !== null && "extendee" in value;
}

const types = await typesIn(process.argv[2]);
const codecs = new Map(types.filter(isCodec).map((codec) => [codec.name, codec]));

/** `conformance.WireFormat` */
const PROTOBUF = 1;
const JSON_TEXT = 2;
/** `conformance.TestCategory` */
const JSON_IGNORE_UNKNOWN = 3;

/** The case of `conformance.ConformanceResponse` and its value. */
function answer(request: Fields): { case: string; value: unknown } {
  const { payload, messageType, requestedOutputFormat, testCategory } = request;
  const output = requestedOutputFormat;
  const codec = codecs.get(String(messageType));
  const input = isFields(payload) ? payload : {};
  if (output !== PROTOBUF && output !== JSON_TEXT) return { case: "skipped", value: "only binary and JSON" };
  if (input["case"] !== "protobufPayload" && input["case"] !== "jsonPayload") {
    return { case: "skipped", value: "only binary and JSON" };
  }
  if (codec === undefined) return { case: "skipped", value: `no message ${String(messageType)}` };
  let message: Fields;
  try {
    message = parse(codec, input["value"], testCategory === JSON_IGNORE_UNKNOWN);
  } catch (error) {
    return { case: "parseError", value: refusal(error) };
  }
  try {
    if (output === PROTOBUF) return { case: "protobufPayload", value: codec.toBytes(message) };
    return { case: "jsonPayload", value: toJsonString(codec, message, { types }) };
  } catch (error) {
    return { case: "serializeError", value: refusal(error) };
  }
}

function parse(codec: MessageCodec<Fields>, input: unknown, ignoreUnknown: boolean): Fields {
  if (input instanceof Uint8Array) return codec.fromBytes(input);
  return fromJsonString(codec, String(input), { types, ignoreUnknown });
}

/** The text of an error that is meant for a user; any other is a fault of ours, and ends the run. */
function refusal(error: unknown): string {
  if (error instanceof MillraceError) return error.message;
  throw error;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** The next `length` bytes of the standard input; nothing at its end. */
function read(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(0, bytes, done, length - done, null);
    if (count === 0) return undefined;
    done += count;
  }
  return bytes;
}

function write(bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
}

const requests = codecs.get("conformance.ConformanceRequest")!;
const responses = codecs.get("conformance.ConformanceResponse")!;
for (let head = read(4); head !== undefined; head = read(4)) {
  const body = read(head.readUInt32LE(0));
  if (body === undefined) break;
  const bytes = responses.toBytes({ result: answer(requests.fromBytes(body)) });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  write(Buffer.concat([length, bytes]));
}
