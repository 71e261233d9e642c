import { check } from "../../codegen/check.js";
import { link } from "../../codegen/link.js";
import { readProto } from "../../codegen/proto/read.js";
import { tableOf } from "../../codegen/table.js";

/** The table of the only service of a schema in package `p`. */
export function tableFrom(proto: string, head = 'syntax = "proto3";'): string[] {
  const schema = readProto(`${head} package p;\n${proto}`, "a.proto", "a.proto");
  link([schema]);
  check([schema]);
  const [service] = schema.services;
  if (service === undefined) throw new Error("the schema has no service");
  return tableOf(service);
}
