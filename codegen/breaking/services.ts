import type { Method, Service } from "../model.js";
import { optionOf } from "../option.js";
import { type Report, reportChange, type Rule } from "./rules.js";

/** Compares a service with the one of its name now. */
export function compareServices(old: Service, now: Service, report: Report): void {
  const methods = new Map(now.methods.map((method) => [method.name, method]));
  for (const method of old.methods) {
    const other = methods.get(method.name);
    if (other === undefined) report("RPC_NO_DELETE", now.at, `method ${method.path} is gone`);
    else compareMethods(method, other, report);
  }
}

function compareMethods(old: Method, now: Method, report: Report): void {
  const same = (rule: Rule, textOf: (method: Method) => string, at = now.at): void => {
    reportChange(report, rule, at, `method ${old.path}`, textOf(old), textOf(now));
  };
  same("RPC_SAME_REQUEST_TYPE", ({ request }) => `given ${request.target?.fullName ?? request.name}`);
  same("RPC_SAME_RESPONSE_TYPE", ({ response }) => `answered with ${response.target?.fullName ?? response.name}`);
  same("RPC_SAME_CLIENT_STREAMING", ({ requestStream }) => `given ${requestStream ? "many" : "one"}`);
  same("RPC_SAME_SERVER_STREAMING", ({ responseStream }) => `answered with ${responseStream ? "many" : "one"}`);
  same("RPC_SAME_IDEMPOTENCY_LEVEL", idempotencyOf, optionOf(now.options, "idempotency_level")?.at);
}

function idempotencyOf({ options }: Method): string {
  const value = optionOf(options, "idempotency_level");
  return value?.kind === "name" ? value.text : "IDEMPOTENCY_UNKNOWN";
}
