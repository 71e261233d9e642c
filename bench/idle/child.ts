import { setTimeout as sleep } from "node:timers/promises";
import { connect, listen } from "millrace/node";
import type { Place, Site } from "../pair/load.js";
import { connectSocket, listenSockets, receive } from "../pair/sockets.js";
import type { Answer, Question } from "./suite.js";

/** How many connections are made at a time, so that what making them takes is soon garbage. */
const together = 50;
const site: Site = { transport: "tcp", path: "" };

/** What stays of a connection, so that it is not garbage itself. */
const kept: unknown[] = [];

const subjects: { [name: string]: { serve(): Promise<string>; connect(place: Place): Promise<unknown> } } = {
  millrace: {
    serve: async () => (await listen({ tcp: "127.0.0.1:0" })).urls[0],
    connect: ({ url }) => connect(url),
  },
  floor: {
    serve: () => listenSockets(site, (socket) => void kept.push(receive(socket, () => {}))),
    connect: (place) => connectSocket(place, () => {}),
  },
};

/** What this process holds when collections free nothing more. */
async function residentBytes(): Promise<number> {
  for (let least = Infinity; ; ) {
    globalThis.gc?.();
    await sleep(20);
    const { rss } = process.memoryUsage();
    if (rss >= least) return least;
    least = rss;
  }
}

async function open(url: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += together) {
    const links = Array.from({ length: Math.min(together, count - made) }, () => subject.connect({ url }));
    kept.push(...(await Promise.all(links)));
  }
}

/** Bytes that each of `count` connections to `url` takes, beside what the first ones take. */
async function measure(url: string, count: number): Promise<number> {
  await open(url, together);
  const before = await residentBytes();
  await open(url, count);
  return ((await residentBytes()) - before) / count;
}

const [name] = process.argv.slice(2);
const subject = subjects[name];
process.on("disconnect", () => process.exit());
process.on("message", async (question: Question) => {
  const answer: Answer = question.ask === "serve" ? await subject.serve() : await measure(question.url, question.count);
  process.send?.(answer);
});
process.send?.("ready");
