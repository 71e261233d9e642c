import { MillraceError } from "../error.js";

/** Longer tables are refused unread. */
const MAX_TABLE_BYTES = 1024 * 1024;

/** What a peer's table must look like, so that reading it takes time and memory in proportion to its length. */
const NAME = /^\w[\w.]{0,999}$/;
const FIELD = /^(\d{1,9}):(?:map<(\w{1,10}),([\w.]{1,1000})>|(?:group<([\w.]{1,1000})>|([\w.]{1,1000}))(\[\])?(!)?)$/;
const NUMBER = /^-?\d{1,10}$/;
const KINDS = new Set(["unary", "serverStream", "clientStream", "duplex", "topic"]);

/** The scalar types, each with what tells on the wire which may stand for each other. */
const SCALARS: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["int32", "varint"],
  ["int64", "varint"],
  ["uint32", "varint"],
  ["uint64", "varint"],
  ["bool", "varint"],
  ["sint32", "zigzag varint"],
  ["sint64", "zigzag varint"],
  ["fixed32", "4 bytes"],
  ["sfixed32", "4 bytes"],
  ["fixed64", "8 bytes"],
  ["sfixed64", "8 bytes"],
  ["float", "float"],
  ["double", "double"],
  ["string", "string"],
  ["bytes", "bytes"],
  ["flag", "flat 1"],
  ["i8", "flat 1"],
  ["u8", "flat 1"],
  ["i16", "flat 2"],
  ["u16", "flat 2"],
  ["i32", "flat 4"],
  ["u32", "flat 4"],
  ["i64", "flat 8"],
  ["u64", "flat 8"],
  ["f32", "flat float"],
  ["f64", "flat double"],
  ["text", "flat text"],
]);

/** A struct of FlatBuffers: its size, what it is aligned to, and a hash of how its fields lie. */
const STRUCT = /^struct\.\d{1,9}\.\d{1,9}\.[0-9a-f]{8}$/;

/** What a value looks like on the wire. */
export type Shape =
  | "varint"
  | "zigzag varint"
  | "4 bytes"
  | "8 bytes"
  | "float"
  | "double"
  | "string"
  | "bytes"
  | "message"
  | "group"
  | "enum"
  | "flat 1"
  | "flat 2"
  | "flat 4"
  | "flat 8"
  | "flat float"
  | "flat double"
  | "flat text"
  | "struct"
  | "table"
  | "union";

/** What has fields, or members, by number. */
type Kind = "message" | "table" | "union";

export interface TableMethod {
  readonly kind: string;
  readonly request: string;
  readonly response: string;
}

export interface TableField {
  /** A scalar, or the name of a message or enum. */
  readonly type: string;
  readonly isRepeated: boolean;
  /** Whether a message without it is refused. */
  readonly isRequired: boolean;
  /** Whether its messages stand between two tags, instead of having their length in front. */
  readonly isGroup: boolean;
}

/** The table of a service, read. Messages, tables, unions and enums are found by full name, the entries of a map by `map<key,value>`. */
export class Table {
  readonly methods = new Map<string, TableMethod>();
  readonly messages = new Map<string, ReadonlyMap<number, TableField>>();
  readonly enums = new Map<string, ReadonlySet<number>>();
  private readonly kinds = new Map<string, Kind>();

  /** Throws `failed_precondition` with the line that cannot be understood; lines that start with an unknown word are skipped. */
  constructor(lines: readonly string[]) {
    for (const [i, line] of lines.entries()) {
      if (!this.read(line.split(" "))) throw unreadable(`line ${i + 1} of the table cannot be understood`);
    }
    const named = [...this.methods.values()].flatMap(({ request, response }) => [request, response]);
    for (const name of named) if (!this.messages.has(name)) throw undescribed(name);
    for (const fields of this.messages.values()) {
      for (const field of fields.values()) if (this.shapeOf(field) === undefined) throw undescribed(field.type);
    }
  }

  /** What values of a field look like on the wire; `undefined` for a type that is not described. */
  shapeOf({ type, isGroup }: TableField): Shape | undefined {
    const kind = this.kindOf(type);
    if (isGroup) return kind === "message" ? "group" : undefined;
    return kind ?? SCALARS.get(type) ?? (this.enums.has(type) ? "enum" : STRUCT.test(type) ? "struct" : undefined);
  }

  /** Which of the three is described under `name`. */
  kindOf(name: string): Kind | undefined {
    return this.kinds.get(name);
  }

  private read([word, name = "", ...rest]: readonly string[]): boolean {
    const isKind = word === "message" || word === "table" || word === "union";
    if (!isKind && word !== "rpc" && word !== "enum") return true;
    if (!NAME.test(name)) return false;
    if (isKind) return this.readMessage(word, name, rest);
    return word === "rpc" ? this.readMethod(name, rest) : this.readEnum(name, rest);
  }

  private readMethod(name: string, [kind = "", request = "", response = ""]: readonly string[]): boolean {
    if (this.methods.has(name) || !KINDS.has(kind) || !NAME.test(request) || !NAME.test(response)) return false;
    this.methods.set(name, { kind, request, response });
    return true;
  }

  private readMessage(kind: Kind, name: string, words: readonly string[]): boolean {
    if (this.messages.has(name)) return false;
    const fields = new Map<number, TableField>();
    for (const word of words) {
      const [, number, key, value, group, type, list, required] = FIELD.exec(word) ?? [];
      if (number === undefined || fields.has(Number(number))) return false;
      if (list && required && kind !== "table") return false;
      fields.set(
        Number(number),
        key === undefined
          ? {
              type: group ?? type,
              isRepeated: list !== undefined,
              isRequired: required !== undefined,
              isGroup: group !== undefined,
            }
          : { ...one(this.entry(key, value)), isRepeated: true },
      );
    }
    this.messages.set(name, fields);
    this.kinds.set(name, kind);
    return true;
  }

  private readEnum(name: string, numbers: readonly string[]): boolean {
    if (this.enums.has(name) || !numbers.every((number) => NUMBER.test(number))) return false;
    this.enums.set(name, new Set(numbers.map(Number)));
    return true;
  }

  /** A map is a list of messages with the key as field 1 and the value as field 2. */
  private entry(key: string, value: string): string {
    const name = `map<${key},${value}>`;
    this.kinds.set(name, "message");
    this.messages.set(
      name,
      new Map([
        [1, one(key)],
        [2, one(value)],
      ]),
    );
    return name;
  }
}

/**
 * Reads the table that a peer sent.
 * @param fingerprint what the peer's HELLO said of it, if it did.
 */
export function readTable(text: string, fingerprint?: string): Table {
  if (text.length > MAX_TABLE_BYTES) throw unreadable(`the table is longer than ${MAX_TABLE_BYTES} bytes`);
  if (fingerprint !== undefined && fingerprintOf(text) !== fingerprint) {
    throw unreadable("the table does not match the fingerprint in the peer's HELLO");
  }
  const lines = text.split("\n");
  if (lines.pop() !== "") throw unreadable("the table is cut short");
  return new Table(lines);
}

function one(type: string): TableField {
  return { type, isRepeated: false, isRequired: false, isGroup: false };
}

function undescribed(type: string): MillraceError {
  return unreadable(`the table does not describe ${type}`);
}

/** Why a peer's table is of no use. */
export function unreadable(problem: string): MillraceError {
  return new MillraceError("failed_precondition", problem);
}

/** The 64-bit FNV-1a hash of ASCII text, in two halves of 32 bits; as 16 hexadecimal digits. */
export function fingerprintOf(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = 0; i < text.length; i++) {
    low = (low ^ text.charCodeAt(i)) >>> 0;
    // The prime is 2^40 + 0x1b3.
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((low << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, "0")).join("");
}
