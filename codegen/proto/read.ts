import protobuf from "protobufjs";
import * as model from "../model.js";
import { SchemaError } from "../model.js";
import { lint } from "./lint.js";
import { numberOf } from "./numbers.js";
import { type Statement, scan } from "./scan.js";
import type { Token } from "./tokens.js";

/**
 * Reads one `.proto` file: protobufjs says what stands in it, our own scan says where, and finds what protobufjs
 * drops or lets pass. Throws a `SchemaError`.
 */
export function readProto(source: string, path: string, file: string): model.Schema {
  const statements = scan(source, file);
  lint(statements, file);
  const root = parse(source, statements, file);
  const of = (kind: string) => statements.filter((statement) => statement.kind === kind);
  const name =
    of("package")[0]
      ?.words.slice(1)
      .map((word) => word.text)
      .join("") ?? "";
  const scope = name === "" ? root : root.lookup(name);
  if (!(scope instanceof protobuf.Namespace)) throw new Error(`${file}: the parser lost package ${name}`);
  return {
    path,
    package: name,
    imports: of("import").map(readImport),
    messages: of("message").map((statement) => readMessage(statement, scope, name)),
    enums: of("enum").map((statement) => readEnum(statement, scope, name)),
    services: of("service").map((statement) => readService(statement, scope, name)),
  };
}

function parse(source: string, statements: readonly Statement[], file: string): protobuf.Root {
  try {
    return protobuf.parse(source, new protobuf.Root(), { keepCase: true }).root;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const [, problem = text, token, line] =
      /^(illegal \S+ '([^]*)'(?:, '.*' expected)?) \(line (\d+)\)$/.exec(text) ?? [];
    throw new SchemaError(locate(statements, token, Number(line ?? 1), file), problem);
  }
}

/** Where the token that the parser stumbled over stands; the parser tells its line, or one a little further down. */
function locate(
  statements: readonly Statement[],
  token: string | undefined,
  line: number,
  file: string,
): model.Position {
  const words = statements.flatMap(function all({ words: own, body }): Statement["words"] {
    return [...own, ...body.flatMap(all)];
  });
  const before = words.filter(({ at }) => at.line <= line);
  const last = before.findLast(({ text }) => text === token) ?? before.findLast(({ at }) => at.line === line);
  return last?.at ?? { file, line, column: 1 };
}

function readImport({ words }: Statement): model.Import {
  const path = words.at(-1)!;
  return { path: path.text.slice(1, -1), public: words[1]?.text === "public", at: path.at };
}

/** What the parser made of a statement; it silently drops a few names, of which `__proto__` is one. */
function found<T>(
  statement: Statement,
  objects: Readonly<Record<string, unknown>> | undefined,
  type: abstract new (...args: never[]) => T,
): T {
  const object = objects !== undefined && Object.hasOwn(objects, statement.name) ? objects[statement.name] : undefined;
  if (object instanceof type) return object;
  throw new SchemaError(statement.at, `the name ${statement.name} is not supported`);
}

function named({ name, at, doc }: Statement, options: Readonly<Record<string, unknown>> | undefined): model.Named {
  return { name, at, doc, deprecated: options?.["deprecated"] === true };
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function readMessage(statement: Statement, scope: protobuf.Namespace, scopeName: string): model.Message {
  const type = found(statement, scope.nested, protobuf.Type);
  const fullName = join(scopeName, statement.name);
  const of = (kind: string) => statement.body.filter((inner) => inner.kind === kind);
  return {
    ...named(statement, type.options),
    kind: "message",
    fullName,
    fields: statement.body.flatMap((inner) => {
      if (inner.kind === "field") return [readField(inner, type, fullName)];
      if (inner.kind !== "oneof") return [];
      return inner.body
        .filter(({ kind }) => kind === "field")
        .map((field) => readField(field, type, fullName, inner.name));
    }),
    oneofs: of("oneof").map((oneof) => named(oneof, type.oneofs[oneof.name]?.options)),
    messages: of("message").map((inner) => readMessage(inner, type, fullName)),
    enums: of("enum").map((inner) => readEnum(inner, type, fullName)),
  };
}

function readField(statement: Statement, type: protobuf.Type, scope: string, oneof?: string): model.Field {
  const field = found(statement, type.fields, protobuf.Field);
  const { words } = statement;
  const keyType = field instanceof protobuf.MapField ? field.keyType : undefined;
  const label = words[0]?.text ?? "";
  const explicit = oneof !== undefined || label === "optional";
  return {
    ...named(statement, field.options),
    number: numberOf(statement).value,
    type: typeName(field.type, words[keyType !== undefined ? 4 : /^(repeated|optional)$/.test(label) ? 1 : 0], scope),
    presence: keyType !== undefined ? "map" : field.repeated ? "repeated" : explicit ? "explicit" : "implicit",
    ...(keyType !== undefined && model.isScalar(keyType) && { keyType }),
    packed: field.options?.["packed"] !== false,
    asNumber: field.options?.["jstype"] === "JS_NUMBER",
    ...(oneof !== undefined && { oneof }),
    source: sourceOf(words),
  };
}

/** What a field's line says, up to its number, evenly spaced. */
function sourceOf(words: Statement["words"]): string {
  const end = words.findIndex(({ text }) => text === "=") + 2;
  const text = words.slice(0, end).map((word) => word.text);
  return text.join(" ").replace(/ < (.*) , (.*) >/, "<$1, $2>");
}

function typeName(name: string, word: Token | undefined, scope: string): model.Field["type"] {
  if (model.isScalar(name)) return name;
  if (word === undefined) throw new Error(`${scope} names ${name} nowhere`);
  return { name, at: word.at, scope };
}

function readEnum(statement: Statement, scope: protobuf.Namespace, scopeName: string): model.Enum {
  const type = found(statement, scope.nested, protobuf.Enum);
  const values = statement.body.filter(({ kind }) => kind === "value");
  return {
    ...named(statement, type.options),
    kind: "enum",
    fullName: join(scopeName, statement.name),
    values: values.map((value) => readValue(value, type)),
  };
}

function readValue(statement: Statement, type: protobuf.Enum): model.Enum["values"][number] {
  return { ...named(statement, type.valuesOptions?.[statement.name]), number: numberOf(statement).value };
}

function readService(statement: Statement, scope: protobuf.Namespace, scopeName: string): model.Service {
  const service = found(statement, scope.nested, protobuf.Service);
  const fullName = join(scopeName, statement.name);
  const methods = statement.body.filter(({ kind }) => kind === "rpc");
  return {
    ...named(statement, service.options),
    fullName,
    methods: methods.map((inner) => readMethod(inner, service, fullName)),
  };
}

function readMethod(statement: Statement, service: protobuf.Service, serviceName: string): model.Method {
  const method = found(statement, service.methods, protobuf.Method);
  const types = statement.words.filter((_, i) => statement.words[i + 1]?.text === ")");
  const type = (name: string, index: number): model.TypeName => ({
    name,
    at: types[index]?.at ?? statement.at,
    scope: serviceName,
  });
  return {
    ...named(statement, method.options),
    path: `${serviceName}/${statement.name}`,
    request: type(method.requestType, 0),
    response: type(method.responseType, 1),
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
  };
}
