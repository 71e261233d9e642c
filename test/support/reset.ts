import type net from "node:net";

/**
 * Breaks a connection: the other side finds it reset. A Unix socket knows no reset and is destroyed, and so is a socket whose own
 * end is on its way, which Node would never close.
 */
export function reset(socket: net.Socket): void {
  const canReset = socket.remotePort !== undefined && (!socket.writableEnded || socket.writableFinished);
  if (canReset) socket.resetAndDestroy();
  else socket.destroy();
}
