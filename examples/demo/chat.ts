import { EventEmitter, on } from "node:events";
import { MillraceError } from "millrace";
import type { ChatHandlers, Message } from "../../schemas/gen/chat.js";

/** A chat that keeps nothing: a room counts its messages and passes them on to who watches. */
export function chat(): ChatHandlers {
  const rooms = new EventEmitter();
  const counts = new Map<string, bigint>();
  return {
    async send(message) {
      const id = (counts.get(message.room) ?? 0n) + 1n;
      counts.set(message.room, id);
      rooms.emit(`room ${message.room}`, { ...message, sentAt: timestampOf(Date.now()) });
      return { id };
    },
    async *watch({ room }, { signal }) {
      try {
        for await (const [message] of on(rooms, `room ${room}`, { signal })) yield message as Message;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    async import() {
      throw new MillraceError("unimplemented", "this chat does not import; send the messages one by one");
    },
    join() {
      throw new MillraceError("unimplemented", "this chat has no joining; use send and watch");
    },
  };
}

function timestampOf(ms: number): { seconds: bigint; nanos: number } {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1_000_000 };
}
