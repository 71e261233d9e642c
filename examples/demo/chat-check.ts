import { isDeepStrictEqual } from "node:util";
import { Outbox, type Link } from "millrace";
import { Chat, type Message } from "../../schemas/gen/chat.js";
import { check } from "./check.js";

const lines = ["Is the gate open?", "It is: water on the wheel.", "Then let us grind."].map((text) => ({
  room: "mill",
  author: "demo",
  text,
}));
const texts = lines.map(({ text }) => text);

/** Says the lines one by one, imports them, and joins to speak and listen at once; meanwhile somebody watches. */
export async function checkChat(link: Link): Promise<void> {
  const chat = link.client(Chat);
  const watched = firstTexts(chat.watch({ room: "mill" }), 3 * lines.length);
  for (const line of lines) await chat.send(line);
  const { messages } = await chat.import(lines);
  check(messages === lines.length, `${messages} of ${lines.length} lines were imported`);

  const voice = new Outbox<Message>();
  const heard = chat.join(voice);
  for (const line of lines) {
    await voice.write(line);
    const { value } = await heard.next();
    check(value?.text === line.text, "who joined the chat did not hear what was just said");
  }
  voice.end();
  check((await heard.next()).done === true, "the chat did not end when the one who joined had nothing more to say");
  const all = [...texts, ...texts, ...texts];
  check(isDeepStrictEqual(await watched, all), "who watched the chat did not get what was said");
}

async function firstTexts(messages: AsyncIterable<Message>, count: number): Promise<string[]> {
  const heard: string[] = [];
  for await (const { text } of messages) {
    heard.push(text);
    if (heard.length === count) break;
  }
  return heard;
}
