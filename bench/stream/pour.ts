import { once, type EventEmitter } from "node:events";
import type net from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** So many writes at most in one turn, so that a fast reader does not keep this process from hearing that it may stop. */
export const burst = 16;

/** Aborts when the other end says something, by the event called `said`, or is gone. */
export function stopOn(connection: EventEmitter, said: string): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  connection.once(said, stop).once("close", stop);
  return controller.signal;
}

/** Writes what `next` gives, no faster than it is read, until the other end sends something; then ends the socket. */
export async function pour(socket: net.Socket, next: () => Uint8Array): Promise<void> {
  const signal = stopOn(socket, "data");
  socket.on("error", () => socket.destroy());
  socket.resume();
  while (!signal.aborted) {
    for (let i = 0; i < burst && socket.writableLength === 0; i++) socket.write(next());
    await (socket.writableLength === 0 ? turn() : once(socket, "drain", { signal }).catch(() => {}));
  }
  socket.end();
}
