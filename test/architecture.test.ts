import { expect, test } from "vitest";
import { importsOf, read } from "./support/sources.js";

/** What stands behind each arrow of the picture: files and a call, or an import, that must be in them. */
const EVIDENCE: { [arrow: string]: readonly (readonly [file: string, evidence: string])[] } = {
  "network → node/socket": [["src/node/socket.ts", "callback: (count) =>"]],
  "node/socket → bytes/ring": [
    ["src/node/socket.ts", "this.#receiver.filled(count)"],
    ["src/link/connection.ts", "this.ring.filled(count)"],
  ],
  "bytes/ring → frame/parser": [
    ["src/bytes/ring.ts", "implements Received"],
    ["src/frame/parser.ts", "import src/bytes/received.ts"],
  ],
  "frame/parser → link/connection": [["src/link/connection.ts", "this.parser.next(this.ring)"]],
  "link/connection → rpc/router": [
    ["src/link/connection.ts", "this.inbound.accept(frame"],
    ["src/rpc/rpc-link.ts", "this.router.open(this.connection, frame)"],
  ],
  "rpc/router → handler": [
    ["src/rpc/router.ts", "new ServerAnswer(connection, method, readOne, handler)"],
    ["src/rpc/server-answer.ts", "await this.handler(request, this)"],
  ],
  "handler → codec.encode": [
    ["src/rpc/server-answer.ts", "encodeAnswer(this.method.response, response, this.claimEnd())"],
  ],
  "codec.encode → bytes/page": [
    ["src/rpc/server-call.ts", "this.connection.claim()"],
    ["src/link/batch.ts", "page.claim(HEADER_BYTES)"],
  ],
  "bytes/page → link/batch": [
    ["src/link/batch.ts", "import src/bytes/page.ts"],
    ["src/link/batch.ts", "page.commit()"],
  ],
  "link/batch → node/socket": [
    ["src/link/batch.ts", "this.transport.write(bytes"],
    ["src/node/socket.ts", "implements Transport"],
  ],
  "node/socket → network": [["src/node/socket.ts", "this.#socket.write(bytes"]],
};

/** The arrows of the picture: its upper row from left to right, down behind the handler, its lower row from right to left. */
function arrowsOf(picture: string): string[] {
  const [there, , back] = picture.split("\n").map((line) => line.replaceAll(/\(.*?\)/g, ""));
  const forth = there.split("→").map((name) => name.trim());
  const home = back.split("←").map((name) => name.replaceAll(/[─┘]/g, "").trim());
  const way = [...forth, ...home.filter((name) => name !== "").reverse()];
  return way.slice(1).map((name, i) => `${way[i]} → ${name}`);
}

const page = read("ARCHITECTURE.md");

test("ARCHITECTURE.md opens with the picture of the data's way, and each arrow in it is an import or a call that exists", () => {
  const picture = /^# .*\n+```\n([\s\S]*?)\n```/.exec(page)?.[1] ?? "";
  expect(arrowsOf(picture)).toEqual(Object.keys(EVIDENCE));
  const missing = Object.entries(EVIDENCE).flatMap(([arrow, places]) =>
    places
      .filter(([file, evidence]) => !stands(file, evidence))
      .map(([file, evidence]) => `${arrow}: ${evidence} in ${file}`),
  );
  expect(missing).toEqual([]);
});

test("every room that ARCHITECTURE.md names exists, and it is one page", () => {
  expect(page.split("\n").length).toBeLessThan(110);
  for (const [, room] of page.matchAll(/^\| `src\/([a-z]+)\/` \|/gm))
    expect(() => importsOf(`src/${room}`)).toThrow("EISDIR");
});

function stands(file: string, evidence: string): boolean {
  if (evidence.startsWith("import ")) return importsOf(file).includes(evidence.slice("import ".length));
  return read(file).includes(evidence);
}
