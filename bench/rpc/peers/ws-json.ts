import type { WebSocket } from "ws";
import type { Driver, Peer, Place, Shape } from "../../pair/load.js";
import { checkId, payloadOf } from "../../pair/payload.js";
import { PromiseDriver } from "../../pair/promise-driver.js";
import { connectWs, listenWs } from "../../pair/web-socket.js";

/** What many write by hand: calls as JSON text, one WebSocket message each, answers matched by id. */
export const peer: Peer = { serve: async () => ({ url: await listenWs(answer) }), connect };

interface Payload {
  readonly id: number;
  /** Base64; encoded once, so that the peer is not charged for it in each call. */
  readonly data: string;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Payload;
}

interface Response {
  readonly id: number;
  readonly result: Payload;
}

type Handler = (params: Payload) => Promise<Payload>;

const handlers = new Map<string, Handler>([["unary", async (params) => params]]);

function answer(socket: WebSocket): void {
  socket.on("message", async (text: Buffer) => {
    const { id, method, params }: Request = JSON.parse(text.toString());
    const result = await handlers.get(method)!(params);
    socket.send(JSON.stringify({ id, result } satisfies Response));
  });
}

async function connect({ url }: Place, { window, payloadBytes }: Shape): Promise<Driver> {
  const socket = await connectWs(url);
  const call = callerOf(socket);
  const data = Buffer.from(payloadOf(payloadBytes)).toString("base64");
  const echo = async (id: number, sampled: boolean) => {
    const result = await call("unary", { id, data });
    checkId(result.id, id);
    if (sampled && result.data !== data) throw new Error("an answer is not the data that was sent");
  };
  return new PromiseDriver(window, echo);
}

function callerOf(socket: WebSocket): (method: string, params: Payload) => Promise<Payload> {
  const pending = new Map<number, (result: Payload) => void>();
  let last = 0;
  socket.on("message", (text: Buffer) => {
    const { id, result }: Response = JSON.parse(text.toString());
    const resolve = pending.get(id)!;
    pending.delete(id);
    resolve(result);
  });
  return (method, params) =>
    new Promise((resolve) => {
      const id = ++last;
      pending.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params } satisfies Request));
    });
}
