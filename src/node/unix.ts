import net from "node:net";
import type { Listener } from "../server/server.js";
import { parsePath } from "./address.js";
import { closeServer, type Door, listening } from "./door.js";
import { dial, type Reading, receive, type Start } from "./socket.js";
import { placeSocketFile, SPARE_BYTES } from "./socket-file.js";

/** Connects to the Unix socket at `path`. Throws `invalid_argument` for a path that cannot be one. */
export function connectUnix(path: string, start: Start, reading: Reading): void {
  const full = parsePath(path);
  dial(`unix://${full}`, start, reading, (onread) => net.connect({ path: full, ...onread }));
}

/**
 * Listens on a Unix socket that only this process's user may connect to. The file is there when this resolves, and gone
 * when the listener is closed. Rejects with `unavailable` when the path cannot be had.
 */
export async function listenUnix(path: string, door: Door): Promise<Listener> {
  const full = parsePath(path, SPARE_BYTES);
  const url = `unix://${full}`;
  const server = net.createServer({ pauseOnConnect: true }, (socket) =>
    receive(socket, url, door.accept, door.reading),
  );
  const bind = (bindTo: string): Promise<void> => listening(server, { path: bindTo, exclusive: true }, url);
  const remove = await placeSocketFile(full, url, bind).catch(async (error: unknown) => {
    if (server.listening) await closeServer(server);
    throw error;
  });
  return {
    url,
    close() {
      remove();
      return closeServer(server);
    },
  };
}
