import type { Peer, Transport } from "../load.js";

/** The subjects by name, loaded when needed: a process holds the code of the one it measures. */
const peers: Readonly<Record<string, (transport: Transport) => Promise<Peer>>> = {
  millrace: async () => (await import("./millrace.js")).millrace,
  floor: async (transport) =>
    transport === "tcp" ? (await import("./floor-tcp.js")).floorTcp : (await import("./floor-ws.js")).floorWs,
  "ws+json": async () => (await import("./ws-json.js")).wsJson,
};

/** The subject called `name`, for `transport`. */
export function loadPeer(name: string, transport: Transport): Promise<Peer> {
  const load = peers[name];
  if (load === undefined) throw new Error(`no subject of the rpc suite is called "${name}"`);
  return load(transport);
}
