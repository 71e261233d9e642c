import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
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
