import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compare } from "../../codegen/breaking/compare.js";
import { checked, generate } from "../../codegen/generate.js";
import { load } from "../../codegen/load.js";
import { OPTIONS } from "../../codegen/proto/topic-option.js";
import { folder } from "./folder.js";
import { project } from "./tools.js";

const HEAD = 'syntax = "proto3"; package p; import "millrace/options.proto"; message A { string a = 1; }\n';

function service(method: string, name = "Quotes"): string {
  return `${HEAD}service S { rpc ${name}${method} }`;
}

const TOPIC = service("(A) returns (stream A) { option (millrace.topic) = true; }");

function textOf(files: Readonly<Record<string, string>>, main = "a.proto"): string {
  const root = folder(files);
  const outputs = generate([join(root, main)], [root]);
  expect(outputs.map(({ path }) => path)).toEqual([main.replace(/\.\w+$/, ".ts")]);
  return outputs[0].text;
}

describe("a method with the option of a topic", () => {
  it("is subscribed to by its client, has no handler, and stands in its service", () => {
    const text = textOf({ "a.proto": TOPIC });
    expect(text).toContain("quotes(request: Partial<A>, options?: SubscribeOptions): Subscription<A>;");
    expect(text).toContain("quotes: (request, options) => caller.subscribe(sQuotes, request, options),");
    expect(text).toContain("export interface SHandlers {}");
    expect(text).toContain('"rpc Quotes topic p.A p.A"');
    expect(text).toContain("  quotes: sQuotes,\n};");
  });

  it("is called otherwise in its service where that has a property of the name", () => {
    for (const name of ["Client", "Serve", "Methods", "Name", "Schema"]) {
      const text = textOf({ "a.proto": service("(A) returns (stream A) { option (millrace.topic) = true; }", name) });
      expect(text).toContain(`  ${name.toLowerCase()}_: s${name},\n};`);
    }
  });

  it.each([
    ["(A) returns (A)", "one answer"],
    ["(stream A) returns (stream A)", "many requests"],
    ["(stream A) returns (A)", "many requests and one answer"],
  ])("takes one request and streams its answers: %s has %s", (method) => {
    const wrong = service(`${method} { option (millrace.topic) = true; }`);
    expect(() => textOf({ "a.proto": wrong })).toThrow(/a topic takes one request and streams its answers/);
    expect(textOf({ "a.proto": service(`${method} { option (millrace.topic) = false; }`) })).not.toContain("topic");
  });

  it("needs the import, and a boolean", () => {
    expect(() => textOf({ "a.proto": TOPIC.replace('import "millrace/options.proto";', "") })).toThrow(
      /neither declared/,
    );
    expect(() => textOf({ "a.proto": TOPIC.replace("= true", "= 1") })).toThrow(/which is bool/);
  });

  it("comes with a file for other tools, which says the same as the generator knows", () => {
    expect(readFileSync(join(project, "schemas/millrace/options.proto"), "utf8")).toBe(OPTIONS);
  });

  it("breaks older peers when it becomes one", () => {
    const read = (text: string) => {
      const root = folder({ "a.proto": text });
      return checked(load([join(root, "a.proto")], [root]));
    };
    const [old, now] = [service("(A) returns (stream A);"), TOPIC].map(read);
    expect(compare(old, now).map(({ rule }) => rule)).toEqual(["RPC_SAME_SERVER_STREAMING"]);
  });
});

describe("a method of FlatBuffers with the attribute of a topic", () => {
  const flat = (attributes: string): string => `table A { a: string; } rpc_service S { Quotes(A): A ${attributes}; }`;

  it("is one, where it streams its answers", () => {
    const text = textOf({ "a.fbs": flat('(streaming: "server", topic)') }, "a.fbs");
    expect(text).toContain("caller.subscribe(sQuotes, request, options)");
    expect(text).toContain('"rpc Quotes topic A A"');
    for (const wrong of ["(topic)", '(streaming: "bidi", topic)', '(topic, streaming: "client")']) {
      expect(() => textOf({ "a.fbs": flat(wrong) }, "a.fbs")).toThrow(/a topic streams its answers/);
    }
  });
});
