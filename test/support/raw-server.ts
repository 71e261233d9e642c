import { establish } from "./single-link.js";
import { checkLimits } from "../../src/link/limits.js";
import type { Transport } from "../../src/link/transport.js";
import type { RpcLink } from "../../src/rpc/rpc-link.js";
import { memoryPipe } from "../../src/testing/memory.js";
import { RawPeer, virtualRuntime } from "./rig.js";
import { hello } from "./wire.js";

/** A client's link to a server that says exactly what it is told to, first its HELLO. */
export async function connectRaw(first = hello()): Promise<{
  link: RpcLink;
  peer: RawPeer;
  runtime: ReturnType<typeof virtualRuntime>;
}> {
  const runtime = virtualRuntime();
  const peer = new RawPeer();
  const accept = (transport: Transport): RawPeer => {
    peer.transport = transport;
    return peer;
  };
  const link = establish((start) => memoryPipe(start, accept), runtime, checkLimits());
  await peer.say(first);
  return { link: await link, peer, runtime };
}
