import { Echo, type EchoHandlers, Payload } from "../../schemas/gen/echo.js";
import { establish } from "../support/single-link.js";
import type { MessageHandler } from "../../src/index.js";
import { checkLimits, type Limits } from "../../src/link/limits.js";
import type { Receiver, Transport } from "../../src/link/transport.js";
import { Server } from "../../src/server/server.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { handlers, type Scene, scenes } from "../golden/scenes.js";
import { settle, virtualRuntime } from "../support/rig.js";
import { join } from "../support/wire.js";
import { type FuzzScene, topicScenes } from "./publishing.js";

/** The two ends of a session. */
export type Side = "client" | "server";

/** What happened next in a session: one side said these frames without a break, or time passed. */
export type Event = { readonly side: Side; readonly frames: Uint8Array[] } | { readonly passMs: number };

/** A session as it is when nobody errs. */
export interface Session {
  readonly scene: FuzzScene;
  readonly events: readonly Event[];
}

/** So small that what is held beyond a bound shows. */
const LIMITS: Partial<Limits> = {
  maxFrameBytes: 64 * 1024,
  maxMessageBytes: 256 * 1024,
  maxLinkBufferedBytes: 512 * 1024,
  maxUnsentBytes: 512 * 1024,
  maxStreamWindowBytes: 512 * 1024,
  maxStreams: 100,
};

/** The limits of both ends of a scene. */
export function limitsOf(scene: Scene): Limits {
  return checkLimits({ ...LIMITS, ...scene.limits });
}

/** Lets a server answer as the scene wants it. */
export function prepare(server: Server, scene: FuzzScene): void {
  server.serve(Echo, { ...handlersOf(scene), ...scene.prepare?.(server) });
}

/** The handlers of either end, which make no more than a small answer, whatever a mutant asks for. */
export function handlersOf(scene: Scene): EchoHandlers {
  const all = { ...handlers, ...scene.handlers };
  return { ...all, produce: ({ count, size }, call) => all.produce({ count, size: Math.min(size, 4096) }, call) };
}

/** Calls back who sent a one-way message, so that a server calls its client too. */
export const callBack: MessageHandler<Payload> = async ({ id, data }, peer) => {
  peer.send(Payload, { id: id + 1 });
  await peer.client(Echo).unary({ id, data });
};

/** What the frozen sessions of `test/golden` leave out. */
const more: readonly Scene[] = [
  {
    name: "all-at-once",
    about: "calls of all kinds side by side, with metadata, deadlines and a long message",
    async play({ link }) {
      const echo = link.client(Echo);
      const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
        for await (const _ of items);
      };
      await Promise.all([
        echo.unary({ id: 1 }, { timeoutMs: 1000, metadata: { tenant: "acme" } }),
        echo.unary({ id: 2, data: new Uint8Array(90_000).fill(2) }),
        echo.consume([{ id: 3 }, { id: 4, data: new Uint8Array(70_000) }, {}], { timeoutMs: 20_000 }),
        drain(echo.produce({ count: 30, size: 3000 })),
        drain(echo.both([{ id: 5 }, { id: 6, data: new Uint8Array(5000) }])),
      ]);
    },
  },
  {
    name: "called-back",
    about: "a one-way message that the server answers with a call",
    async play({ link, server }) {
      server.on(Payload, callBack);
      link.on(Payload, () => {});
      link.send(Payload, { id: 1, data: new Uint8Array(6000).fill(7) });
      await settle();
    },
  },
  {
    name: "verdict",
    about: "the server's table is asked for, as by a client of another schema",
    async play({ link }) {
      const schema = { ...Echo.schema, fingerprint: "0123456789abcdef" };
      await link.verdict({ ...Echo, schema });
      await link.client({ ...Echo, schema }).unary({ id: 1 });
    },
  },
  {
    name: "abandoned",
    about: "a client that stops reading a stream, and closes while it waits for an answer",
    handlers: { unary: () => new Promise<never>(() => {}) },
    async play({ link }) {
      const echo = link.client(Echo);
      for await (const { id } of echo.produce({ count: 1000, size: 1000 })) if (id === 3) break;
      const call = echo.unary({ id: 1 }).catch(() => {});
      await settle();
      await link.close();
      await call;
    },
  },
];

/** Plays all scenes over a pipe in memory, on virtual time, and gives what was said. */
export function recordAll(): Promise<Session[]> {
  // What the server of that scene publishes is said by no frame of its client, so that it cannot be played by one side alone.
  return Promise.all([...scenes.filter(({ name }) => name !== "topic"), ...more, ...topicScenes].map(record));
}

async function record(scene: FuzzScene): Promise<Session> {
  const events: Event[] = [];
  const runtime = virtualRuntime();
  const server = new Server(runtime, limitsOf(scene));
  prepare(server, scene);
  const open = (start: (transport: Transport) => Receiver): void =>
    memoryPipe(
      (transport) => start(overheard(transport, "client", events)),
      (transport) => server.accept(overheard(transport, "server", events)),
    );
  const link = await establish(open, runtime, limitsOf(scene));
  link.serve(Echo, handlersOf(scene));
  const pass = async (passMs: number): Promise<void> => {
    events.push({ passMs });
    runtime.clock.advance(passMs);
    await settle();
  };
  await scene.play({ link, server, pass });
  await settle();
  await link.close();
  await settle();
  return { scene, events };
}

/** `transport`, with the frames that are written to it noted as said by `side`. */
function overheard(transport: Transport, side: Side, events: Event[]): Transport {
  let rest: Uint8Array = new Uint8Array(0);
  return {
    address: transport.address,
    write(bytes, written) {
      const { frames, tail } = cut(join(rest, bytes));
      rest = tail;
      const last = events.at(-1);
      if (last && "side" in last && last.side === side) last.frames.push(...frames);
      else events.push({ side, frames });
      transport.write(bytes, written);
    },
    pause: () => transport.pause(),
    resume: () => transport.resume(),
    end: () => transport.end(),
    destroy: () => transport.destroy(),
  };
}

/** The whole frames in `bytes`, with their pads, and what is left behind them. */
export function cut(bytes: Uint8Array): { frames: Uint8Array[]; tail: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + 16 <= bytes.length) {
    const size = Math.ceil(view.getUint32(at, true) / 8) * 8;
    if (size < 16 || at + size > bytes.length) break;
    frames.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { frames, tail: bytes.subarray(at) };
}
