import { WebSocket } from "ws";
import { afterEach, expect, test, vi } from "vitest";
import { Echo } from "../../schemas/gen/echo.js";
import { connect, listen } from "../../src/node/index.js";
import { maskedMessage } from "../../src/node/masked-message.js";

afterEach(() => vi.restoreAllMocks());

/** What a server makes of a client's message, as RFC 6455, section 5.2, has it. */
function unmask(message: Uint8Array): Uint8Array {
  const view = Buffer.from(message);
  expect(view[0]).toBe(0x82);
  expect(view[1] & 0x80).toBe(0x80);
  const short = view[1] & 0x7f;
  const length = short < 126 ? short : short === 126 ? view.readUInt16BE(2) : Number(view.readBigUInt64BE(2));
  const start = view.length - length;
  const [key, data] = [view.subarray(start - 4, start), view.subarray(start)];
  expect(start).toBe(short < 126 ? 6 : short === 126 ? 8 : 14);
  return data.map((byte, i) => byte ^ key[i % 4]);
}

test.each([8, 120, 128, 65_528, 65_536, 262_144])("a message of %i bytes is what it was at a server", async (size) => {
  const frames = new Uint8Array(size + 8).map((_, i) => i * 7).subarray(3, size + 3);
  const before = frames.slice();
  expect(Buffer.compare(unmask(maskedMessage(frames)), before)).toBe(0);
  expect(frames).toEqual(before);
});

test("each message has a mask of its own, also when there have been thousands", () => {
  const frames = new Uint8Array(8);
  const masks = Array.from({ length: 5000 }, () => Buffer.from(maskedMessage(frames)).toString("hex"));
  // Two of 5,000 random keys of 32 bits are alike once in 350 runs, three pairs of them once in 250 million.
  expect(new Set(masks).size).toBeGreaterThan(4997);
});

test("what a client says after its HELLO is not masked by ws, byte by byte", async () => {
  const server = await listen({ ws: "127.0.0.1:0" });
  server.serve(Echo, { unary: (request) => request, produce: () => [], consume: () => ({}), both: () => [] });
  const link = await connect(server.urls[0]);
  const sendings = vi.spyOn(WebSocket.prototype, "send");
  expect(await link.client(Echo).unary({ id: 7 })).toMatchObject({ id: 7 });
  // The server's answer.
  expect(sendings).toHaveBeenCalledTimes(1);
  await link.close();
  await server.close();
});
