import { type Position, SchemaError } from "../model.js";
import { checkNumbers, numberOf, reservedIn } from "./numbers.js";
import { checkOptions } from "./options.js";
import type { Statement } from "./scan.js";

const MAP_KEYS = new Set(
  "int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string".split(" "),
);

/** Refuses what the parser lets pass, or refuses without saying where, in one file. */
export function lint(statements: readonly Statement[], file: string): void {
  checkSyntax(statements, file);
  checkScope(statements);
}

function checkSyntax(statements: readonly Statement[], file: string): void {
  const [first] = statements;
  const start = first?.words[0]?.at ?? { file, line: 1, column: 1 };
  if (first?.kind === "edition") throw new SchemaError(start, "editions are not supported yet");
  const syntax = first?.kind === "syntax" ? first.words[2]?.text.slice(1, -1) : undefined;
  if (syntax === undefined) throw new SchemaError(start, 'proto2 is not supported yet: start with syntax = "proto3";');
  if (syntax !== "proto3") throw new SchemaError(first.words[2].at, `syntax ${syntax} is not supported yet`);
  const again = statements.find(({ kind }, i) => i > 0 && (kind === "syntax" || kind === "edition"));
  if (again !== undefined) throw new SchemaError(again.words[0].at, "syntax must be the first statement");
  const packages = statements.filter(({ kind }) => kind === "package");
  if (packages[1] !== undefined) throw new SchemaError(packages[1].at, "a second package");
}

/** A file, a message or a service, with all that stands in it. */
function checkScope(statements: readonly Statement[]): void {
  const names = new Map<string, Position>();
  for (const statement of statements) {
    for (const name of declared(statement)) {
      const before = names.get(name.name);
      if (before !== undefined) throw new SchemaError(name.at, `${name.name} is already there, on line ${before.line}`);
      names.set(name.name, name.at);
    }
    checkStatement(statement);
  }
}

/** What a statement adds to the scope that it stands in: values of enums, too, and fields of oneofs. */
function declared(statement: Statement): Statement[] {
  switch (statement.kind) {
    case "message":
    case "service":
    case "rpc":
    case "field":
      return [statement];
    case "enum":
    case "oneof":
      return [statement, ...statement.body.filter(({ kind }) => kind === "value" || kind === "field")];
    default:
      return [];
  }
}

function checkStatement(statement: Statement): void {
  const start = statement.words[0].at;
  switch (statement.kind) {
    case "extend":
    case "extensions":
      throw new SchemaError(start, "extensions are not supported yet");
    case "message":
      checkScope(statement.body);
      return checkNumbers(fieldsOf(statement), reservedIn(statement.body, "message"));
    case "service":
      return checkScope(statement.body);
    case "enum":
      return checkEnum(statement);
    case "oneof":
      return checkOneof(statement);
    case "field":
      return checkField(statement);
    default:
  }
}

function fieldsOf({ body }: Statement): Statement[] {
  return body.flatMap((statement) => (statement.kind === "oneof" ? statement.body : [statement])).filter(isField);
}

function isField({ kind }: Statement): boolean {
  return kind === "field";
}

function checkOneof({ name, at, body }: Statement): void {
  if (!body.some(isField)) throw new SchemaError(at, `oneof ${name} has no fields`);
  for (const field of body.filter(isField)) {
    const [first] = field.words;
    if (first?.text === "map") throw new SchemaError(first.at, "a oneof cannot hold a map");
    if (/^(repeated|optional|required)$/.test(first.text)) {
      throw new SchemaError(first.at, `a field of a oneof cannot be ${first.text}`);
    }
    checkField(field);
  }
}

function checkField(statement: Statement): void {
  const { words, name, at, body } = statement;
  const [first, second, third] = words;
  if (first.text === "required")
    throw new SchemaError(first.at, "required fields are not supported yet: they are proto2");
  const group = words.find((word, i) => i < 2 && word.text === "group" && words[i + 2]?.text === "=");
  if (group !== undefined) throw new SchemaError(group.at, "groups are not supported yet");
  if (body.length > 0) throw new SchemaError(at, `field ${name} has a body`);
  if (first.text === "map" && second?.text === "<" && !MAP_KEYS.has(third?.text ?? "")) {
    throw new SchemaError(third?.at ?? at, `${third?.text} cannot be the key of a map`);
  }
  const wordsOfMap = words[1]?.text === "map" && words[2]?.text === "<";
  if (wordsOfMap) throw new SchemaError(first.at, `a map cannot be ${first.text}`);
  checkOptions(statement);
}

function checkEnum({ name, at, body }: Statement): void {
  const values = body.filter(({ kind }) => kind === "value");
  const [first] = values;
  if (first === undefined) throw new SchemaError(at, `enum ${name} has no values`);
  if (numberOf(first).value !== 0) throw new SchemaError(numberOf(first).at, "the first value of an enum must be 0");
  const aliases = body.some(allowsAliases);
  const seen = new Map<number, string>();
  for (const value of values) {
    const number = numberOf(value);
    if (number.value < -0x8000_0000 || number.value > 0x7fff_ffff) {
      throw new SchemaError(number.at, `${number.value} is not a 32-bit integer`);
    }
    const before = seen.get(number.value);
    if (before !== undefined && !aliases) {
      throw new SchemaError(
        number.at,
        `${value.name} is ${number.value}, as is ${before}: this takes option allow_alias = true`,
      );
    }
    seen.set(number.value, value.name);
  }
  const reserved = reservedIn(body, "enum");
  for (const value of values) reserved.check(value);
}

function allowsAliases({ kind, words }: Statement): boolean {
  return kind === "option" && words.map((word) => word.text).join(" ") === "option allow_alias = true";
}
