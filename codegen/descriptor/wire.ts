import protobuf from "protobufjs/minimal.js";

/** What a field was sent as: a varint, of which 32 bits are kept, or bytes. */
type Sent = number | Uint8Array;

/** Bytes that are no message. */
export class WireError extends Error {}

/** A message in Protocol Buffers' binary format: what was sent of each field, by number. */
export class Fields {
  readonly #sent = new Map<number, Sent[]>();

  /** Throws a `WireError` for bytes that are no message. */
  constructor(bytes: Uint8Array) {
    try {
      this.#read(protobuf.Reader.create(bytes));
    } catch (error) {
      throw new WireError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  #read(reader: protobuf.Reader): void {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      const value = tag % 8 === 0 ? reader.int32() : tag % 8 === 2 ? reader.bytes() : undefined;
      if (value === undefined) {
        reader.skipType(tag % 8);
        continue;
      }
      const list = this.#sent.get(tag >>> 3);
      if (list === undefined) this.#sent.set(tag >>> 3, [value]);
      else list.push(value);
    }
  }

  /** The numbers of a repeated field, packed or not. */
  ints(number: number): number[] {
    return (this.#sent.get(number) ?? []).flatMap((value) => (typeof value === "number" ? [value] : unpack(value)));
  }

  /** A number, an enum's value, or a boolean as 0 and 1. */
  int(number: number): number | undefined {
    return this.#sent.get(number)?.findLast((value) => typeof value === "number");
  }

  flag(number: number): boolean {
    return (this.int(number) ?? 0) !== 0;
  }

  /** The bytes of a repeated field: of strings, or of messages. */
  bytes(number: number): Uint8Array[] {
    return (this.#sent.get(number) ?? []).filter((value) => typeof value !== "number");
  }

  texts(number: number): string[] {
    return this.bytes(number).map(textOf);
  }

  text(number: number): string | undefined {
    const last = this.bytes(number).at(-1);
    return last === undefined ? undefined : textOf(last);
  }

  messages(number: number): Fields[] {
    return this.bytes(number).map((bytes) => new Fields(bytes));
  }

  /** A message that is there once at most. */
  message(number: number): Fields | undefined {
    const last = this.bytes(number).at(-1);
    return last === undefined ? undefined : new Fields(last);
  }
}

function unpack(bytes: Uint8Array): number[] {
  const reader = protobuf.Reader.create(bytes);
  const values: number[] = [];
  try {
    while (reader.pos < reader.len) values.push(reader.int32());
  } catch (error) {
    throw new WireError("a packed list is cut off", { cause: error });
  }
  return values;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new WireError("a string is not UTF-8", { cause: error });
  }
}
