import type { Method } from "../model.js";
import { optionOf } from "../option.js";
import type { Position } from "../position.js";
import { type Report, reportChange, type Rule } from "./rules.js";

/** A service of either language. */
interface AnyService<M extends AnyMethod> {
  readonly fullName: string;
  readonly at: Position;
  readonly methods: readonly M[];
}

/** A method of either language. */
interface AnyMethod {
  readonly name: string;
  readonly at: Position;
  readonly path: string;
  readonly request: AnyType;
  readonly response: AnyType;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly topic: boolean;
}

interface AnyType {
  readonly name: string;
  readonly target?: { readonly fullName: string };
}

/** Compares a service with the one of its name now; `more` compares what methods of its language have beside. */
export function compareServices<M extends AnyMethod>(
  old: AnyService<M>,
  now: AnyService<M>,
  report: Report,
  more: (old: M, now: M) => void = () => {},
): void {
  const methods = new Map(now.methods.map((method) => [method.name, method]));
  for (const method of old.methods) {
    const other = methods.get(method.name);
    if (other === undefined) report("RPC_NO_DELETE", now.at, `method ${method.path} is gone`);
    else {
      compareMethods(method, other, report);
      more(method, other);
    }
  }
}

function compareMethods(old: AnyMethod, now: AnyMethod, report: Report): void {
  const same = (rule: Rule, textOf: (method: AnyMethod) => string): void => {
    reportChange(report, rule, now.at, `method ${old.path}`, textOf(old), textOf(now));
  };
  same("RPC_SAME_REQUEST_TYPE", ({ request }) => `given ${request.target?.fullName ?? request.name}`);
  same("RPC_SAME_RESPONSE_TYPE", ({ response }) => `answered with ${response.target?.fullName ?? response.name}`);
  same("RPC_SAME_CLIENT_STREAMING", ({ requestStream }) => `given ${requestStream ? "many" : "one"}`);
  same("RPC_SAME_SERVER_STREAMING", ({ topic, responseStream }) => {
    return `answered with ${topic ? "the events of a topic" : responseStream ? "many" : "one"}`;
  });
}

/** Compares what only methods of `.proto` files say. */
export function compareIdempotency(old: Method, now: Method, report: Report): void {
  const at = optionOf(now.options, "idempotency_level")?.at ?? now.at;
  const [was, is] = [idempotencyOf(old), idempotencyOf(now)];
  reportChange(report, "RPC_SAME_IDEMPOTENCY_LEVEL", at, `method ${old.path}`, was, is);
}

function idempotencyOf({ options }: Method): string {
  const value = optionOf(options, "idempotency_level");
  return value?.kind === "name" ? value.text : "IDEMPOTENCY_UNKNOWN";
}

/** A file of either language. */
interface AnyFile {
  readonly path: string;
  readonly services: readonly AnyService<AnyMethod>[];
}

/** Peers call a method by its full name: without it, their calls are not known. `startOf` says where a file starts. */
export function comparePaths<F extends AnyFile>(
  old: readonly F[],
  now: readonly F[],
  startOf: (file: F) => Position,
  report: Report,
): void {
  const pathsOf = ({ services }: F): string[] => services.flatMap(({ methods }) => methods.map(({ path }) => path));
  const paths = new Set(now.flatMap(pathsOf));
  const services = new Map(now.flatMap((file) => file.services.map((service) => [service.fullName, service.at])));
  const files = new Map(now.map((file) => [file.path, startOf(file)]));
  for (const file of old) {
    for (const path of pathsOf(file).filter((name) => !paths.has(name))) {
      const gone = { ...startOf(file), file: file.path };
      const at = services.get(path.split("/")[0] ?? "") ?? files.get(file.path) ?? gone;
      report("RPC_PATH_NO_DELETE", at, `method ${path} is gone, which older peers call`);
    }
  }
}
