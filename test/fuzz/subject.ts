import { Echo, Payload } from "../../schemas/gen/echo.js";
import { RpcLink } from "../../src/rpc/rpc-link.js";
import type { Runtime } from "../../src/link/runtime.js";
import { Server } from "../../src/server/server.js";
import type { VirtualClock } from "../../src/testing/clock.js";
import { whenReady } from "../support/ready.js";
import { settle } from "../support/rig.js";
import type { Script } from "./script.js";
import { callBack, handlersOf, limitsOf, prepare, type Session, type Side } from "./sessions.js";

/** The side of a session that is under test. */
export interface Subject {
  readonly link: RpcLink;
  readonly server: Server;
  /** What it does by itself; resolves with what that threw, if anything, when all it waited for has come to an end. */
  readonly play: Promise<unknown>;
}

/** Starts one side of a session, whose other side is the script. */
export function start(
  side: Side,
  { scene }: Session,
  runtime: Runtime & { readonly clock: VirtualClock },
  script: Script,
): Subject {
  const server = new Server(runtime, limitsOf(scene));
  if (side === "server") {
    prepare(server, scene);
    server.on(Payload, callBack);
    script.receiver = server.accept(script);
    const [link] = server.handshaking;
    return { link: link as RpcLink, server, play: Promise.resolve() };
  }
  const link = new RpcLink(true, script, runtime, limitsOf(scene));
  link.serve(Echo, handlersOf(scene));
  script.receiver = link.connection;
  const pass = async (ms: number): Promise<void> => {
    runtime.clock.advance(ms);
    await settle();
  };
  const play = async (): Promise<void> => {
    await whenReady(link);
    await scene.play({ link, server, pass });
    await settle();
    await link.close();
  };
  return { link, server, play: play().catch((error: unknown) => error) };
}
