import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import type { Link, MillraceError } from "../../src/index.js";
import { connect, createRuntime, listen } from "../../src/node/index.js";
import { clockAt } from "../support/clock-at.js";

/** Resolves when a link comes to a state that is `wanted`. */
function comes(link: Link, wanted: (state: string, reason?: MillraceError) => boolean): Promise<void> {
  return new Promise((resolve) => link.onState((state, reason) => void (wanted(state, reason) && resolve())));
}

test("a link that finds something else at the address of its server goes on trying, and is open when that is back", async () => {
  const runtime = createRuntime({ clock: clockAt(20) });
  const first = await listen({ ws: "127.0.0.1:0" });
  const [url] = first.urls;
  const link = await connect(url, { runtime });
  await first.close();
  const other = net.createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.resume().end("502 come back later\r\n\r\n");
  });
  const met = comes(link, (_state, reason) => /does not speak WebSocket/.test(reason?.text ?? ""));
  other.listen(Number(new URL(url).port), "127.0.0.1");
  await met;
  expect(link.state).toBe("waiting");
  const closed = once(other, "close");
  other.close();
  await closed;
  const open = comes(link, (state) => state === "open");
  const second = await listen({ ws: new URL(url).host });
  await open;
  await link.close();
  await second.close();
});

test("a link says with what code and words its WebSocket was closed", async () => {
  const other = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(other, "listening");
  const url = `ws://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const refusal = async (close: (socket: WebSocket) => void): Promise<string> => {
    other.once("connection", close);
    return connect(url).then(
      () => "it connected",
      (error: MillraceError) => error.message,
    );
  };
  const said = `[unavailable] ${url}: the peer closed the WebSocket with code`;
  expect(await refusal((socket) => socket.close(1008, "who are you?"))).toBe(`${said} 1008: who are you?`);
  expect(await refusal((socket) => socket.close(4001, "line\nfeed"))).toBe(`${said} 4001: line\\u000afeed`);
  expect(await refusal((socket) => socket.close(1012))).toBe(`${said} 1012`);
  const closed = "[unavailable] the peer closed the connection";
  expect(await refusal((socket) => socket.close(1000, "bye"))).toBe(closed);
  expect(await refusal((socket) => socket.terminate())).toBe(closed);
  other.close();
});
