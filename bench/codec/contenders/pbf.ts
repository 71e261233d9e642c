import { PbfReader, PbfWriter } from "pbf";
import { compile, type PbfMessage } from "pbf/compile";
import protobuf from "protobufjs";
import { PAGE_BYTES, type Contender } from "../contender.js";
import type { Corpus } from "../corpus.js";
import { inForm, type Form } from "../form.js";
import { schema } from "../schema.js";
import { slabOf } from "./slab.js";

/** pbf writes what is empty unless it is absent. */
const present = (value: Uint8Array) => (value.length === 0 ? undefined : value);
const form: Form = { bytes: present, bigint: Number, map: (value) => Object.fromEntries(value) };

const types = schema.nestedArray.flatMap((nested) => (nested instanceof protobuf.Namespace ? nested.nestedArray : []));
const compiled = compile({
  syntax: 3,
  enums: types.filter((type) => type instanceof protobuf.Enum).map(enumOf),
  messages: types.filter((type) => type instanceof protobuf.Type).map(messageOf),
});

/** pbf with the functions that it compiles from the schema, one writer over a page and one reader over a slab. */
export function pbf({ codec, values }: Corpus): Contender {
  const name = codec.name.slice(codec.name.indexOf(".") + 1);
  const [read, write] = [compiled[`read${name}`], compiled[`write${name}`]];
  const plain = values.map((value) => inForm(value, form));
  const writer = new PbfWriter(new Uint8Array(PAGE_BYTES));
  const encode = (value: object) => {
    writer.pos = 0;
    write(value, writer);
    return writer.pos;
  };
  const { bytes, ends } = slabOf(plain.map((value) => writer.buf.slice(0, encode(value))));
  const reader = new PbfReader(bytes);
  return {
    encode: (i) => encode(plain[i]),
    decode(i) {
      reader.pos = i === 0 ? 0 : ends[i - 1];
      return read(reader, ends[i]);
    },
    expected: (i) => read(new PbfReader(codec.toBytes(values[i]))),
  };
}

function enumOf({ name, values }: protobuf.Enum) {
  const valuesOf = Object.entries(values).map(([key, value]) => [key, { value }] as const);
  return { name, values: Object.fromEntries(valuesOf) };
}

function messageOf({ name, fieldsArray }: protobuf.Type): PbfMessage {
  const fields = fieldsArray.map((field) => {
    const { repeated, partOf } = field;
    const map = field instanceof protobuf.MapField ? { from: field.keyType, to: field.type } : null;
    const optional = field.options?.["proto3_optional"] === true;
    const oneof = partOf === null || optional ? null : partOf.name;
    return { name: field.name, type: map ? "map" : field.type, tag: field.id, repeated, map, oneof, options: {} };
  });
  return { name, fields };
}
