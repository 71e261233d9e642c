import { SchemaError } from "../position.js";
import type { FieldNode, FileNode, Part, Word } from "./tree.js";

/** Refuses what no code is generated for yet, at the place where it stands. */
export function refuse({ edition, syntax, parts }: FileNode): void {
  if (syntax.keyword === undefined) {
    throw new SchemaError(syntax.at, 'proto2 is not supported yet: start with syntax = "proto3";');
  }
  if (edition === "proto2") throw new SchemaError(syntax.valueAt ?? syntax.at, "syntax proto2 is not supported yet");
  if (edition !== "proto3") throw new SchemaError(syntax.at, "editions are not supported yet");
  parts.forEach(refusePart);
}

function refusePart(part: Part): void {
  switch (part.kind) {
    case "extend":
    case "extensions":
      throw new SchemaError(part.at, "extensions are not supported yet");
    case "reserved":
      return;
    case "message":
      part.parts.forEach(refusePart);
      break;
    case "service":
      part.methods.forEach(({ name }) => refuseName(name));
      break;
    case "oneof":
      part.fields.forEach(refuseField);
      break;
    case "field":
      refuseField(part);
      break;
    case "enum":
  }
  refuseName(part.name);
}

function refuseField({ name, label, group }: FieldNode): void {
  if (label?.text === "required") {
    throw new SchemaError(label.at, "required fields are not supported yet: they are proto2");
  }
  if (group !== undefined) throw new SchemaError(group, "groups are not supported yet");
  refuseName(name);
}

/** A property of that name would be the prototype of the object that it is set in. */
function refuseName({ text, at }: Word): void {
  if (text === "__proto__") throw new SchemaError(at, `the name ${text} is not supported`);
}
