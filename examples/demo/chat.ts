import type { ChatHandlers, Message } from "../../schemas/gen/chat.js";
import { Room } from "./room.js";

/** A chat: rooms that come into being when they are first named. */
export function chat(): ChatHandlers {
  const rooms = new Map<string, Room>();
  const roomOf = (name: string): Room => {
    const room = rooms.get(name) ?? new Room();
    rooms.set(name, room);
    return room;
  };
  return {
    async send(message) {
      return { id: await roomOf(message.room).say(message) };
    },
    watch: ({ room }, { signal }) => roomOf(room).listen(signal),
    async import(messages) {
      let count = 0;
      for await (const message of messages) {
        await roomOf(message.room).say(message);
        count++;
      }
      return { messages: count };
    },
    async *join(messages, { signal }) {
      const { done, value: first } = await messages.next();
      if (done === true) return;
      const room = roomOf(first.room);
      const heard = room.listen(signal);
      const leave = () => room.leave(heard);
      // When the messages break off, the call has ended with the reason already.
      void sayAll(room, first, messages).then(leave, leave);
      yield* heard;
    },
  };
}

/** Who joins a room speaks in that one, whichever the messages name. */
async function sayAll(room: Room, first: Message, others: AsyncIterable<Message>): Promise<void> {
  await room.say(first);
  for await (const message of others) await room.say(message);
}
